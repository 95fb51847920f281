const REFERENCE = /\{\{\s*secrets\/([^/{}\s]+)\/([^/{}\s]+)\s*\}\}/g;

/** The environment variable that holds a secret: SLUICE_SECRET_OPS_SLACK_HOOK for the scope `ops` and the key `slack-hook`. */
function secretVariable(scope: string, key: string): string {
  return `SLUICE_SECRET_${scope}_${key}`.replaceAll(/[^A-Za-z0-9]/g, "_").toUpperCase();
}

/** Whether a text names a secret, as `{{secrets/scope/key}}`. */
export function namesSecret(text: string): boolean {
  return text.search(REFERENCE) >= 0;
}

/** The variables of secrets that a text names and the environment lacks. */
export function missingSecrets(text: string, environment: NodeJS.ProcessEnv = process.env): readonly string[] {
  return [...text.matchAll(REFERENCE)]
    .map(([, scope = "", key = ""]) => secretVariable(scope, key))
    .filter((variable) => (environment[variable] ?? "") === "");
}

/** The text with the secrets that it names; those that are missing are nothing. */
export function withSecrets(text: string, environment: NodeJS.ProcessEnv = process.env): string {
  return text.replaceAll(REFERENCE, (_, scope: string, key: string) => environment[secretVariable(scope, key)] ?? "");
}
