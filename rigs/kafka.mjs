// One Apache Kafka broker (KRaft, broker and controller in one process) on 127.0.0.1, from Maven Central, below .rigs/.
//
//   node rigs/kafka.mjs install   fetch the jars, make keys and empty logs once (needs java 17 or later with keytool, and mvn)
//   node rigs/kafka.mjs start     run one, empty, in the foreground until Ctrl-C; prints the environment that reaches it
//   node rigs/kafka.mjs env       print what is installed as JSON, or exit 3 with a word why it is not
import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const KAFKA = "4.4.0";
const LOG4J = "2.25.5";
const PASSWORD = "sluice-secret";
const CLUSTER = "MkU3OEVBNTcwNTJENDM2Qg";

const folder = join(dirname(fileURLToPath(import.meta.url)), "..", ".rigs", "kafka");
const done = join(folder, `installed-${KAFKA}`);
const classes = join(folder, "classes.jsa");

/** What is installed: jars, and the certificates that brokers show and ask for; undefined when nothing is. */
export function kafkaRig() {
  if (!existsSync(done)) return undefined;
  const ca = join(folder, "server.pem");
  const client = { file: join(folder, "client.p12"), password: PASSWORD };
  return { libs: join(folder, "libs"), ca, client, password: PASSWORD };
}

/**
 * Starts a broker with empty logs on free ports. `stop` and `kill` end it and keep its logs, `start` begins it again with them on the same ports, `remove`
 * ends it for good.
 */
export async function startBroker() {
  const run = mkdtempSync(join(tmpdir(), "sluice-kafka-rig-"));
  const ports = await freePorts(5);
  configure(run, ports);
  cpSync(join(folder, "empty"), join(run, "data"), { recursive: true });
  let child = await launch(run, [`-XX:SharedArchiveFile=${classes}`, "-Xshare:auto"]);
  const [plaintext, , sasl, tls, saslTls] = ports.map((port) => `127.0.0.1:${port}`);
  const onExit = () => child.kill("SIGKILL");
  process.once("exit", onExit);
  const end = async (signal) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await ended;
  };
  return {
    ...{ plaintext, sasl, tls, saslTls },
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
    start: async () => {
      child = await launch(run, [`-XX:SharedArchiveFile=${classes}`, "-Xshare:auto"]);
    },
    remove: async () => {
      await end("SIGKILL");
      process.off("exit", onExit);
      rmSync(run, { recursive: true, force: true });
    },
  };
}

/** Starts Apache Kafka's own client with the words of a command; see kafka-client/JavaClient.java. */
export function startJavaClient(words) {
  const source = join(dirname(fileURLToPath(import.meta.url)), "kafka-client", "JavaClient.java");
  const compiled = join(folder, "client");
  const made = join(compiled, "JavaClient.class");
  if (!existsSync(made) || statSync(made).mtimeMs < statSync(source).mtimeMs) {
    run("javac", ["-encoding", "UTF-8", "-cp", join(folder, "libs", "*"), "-d", compiled, source]);
  }
  const flags = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m", "-Dfile.encoding=UTF-8"];
  const path = [compiled, join(folder, "libs", "*")].join(delimiter);
  return spawn("java", [...flags, "-cp", path, "JavaClient", ...words], { stdio: ["pipe", "pipe", "ignore"] });
}

/** Sharing a class archive and the simplest compiler make the start short: 2 s instead of 8. */
async function launch(run, options) {
  const flags = ["-Xms256m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", ...options];
  const log4j = `-Dlog4j2.configurationFile=${pathToFileURL(join(run, "log4j2.properties"))}`;
  const main = ["-cp", join(folder, "libs", "*"), "kafka.Kafka", join(run, "server.properties")];
  const child = spawn("java", [...flags, log4j, ...main], { stdio: ["ignore", "pipe", "pipe"] });
  await started(child);
  return child;
}

function started(child) {
  const log = [];
  return new Promise((resolve, reject) => {
    const look = (chunk) => {
      if (log.length < 1000) log.push(chunk.toString());
      if (chunk.includes("Kafka Server started")) resolve();
    };
    child.stdout.on("data", look);
    child.stderr.on("data", look);
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`the broker ended at once: ${log.join("")}`)));
  });
}

function configure(run, [plaintext, controller, sasl, tls, saslTls]) {
  const jaas = "org.apache.kafka.common.security";
  const at = (name, port) => `${name}://127.0.0.1:${port}`;
  const open = [at("PLAINTEXT", plaintext), at("SASL", sasl), at("TLS", tls), at("SASLTLS", saslTls)].join(",");
  const login = (listener) => [
    `listener.name.${listener}.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER`,
    `listener.name.${listener}.plain.sasl.jaas.config=${jaas}.plain.PlainLoginModule required user_plain="${PASSWORD}";`,
    `listener.name.${listener}.scram-sha-256.sasl.jaas.config=${jaas}.scram.ScramLoginModule required;`,
    `listener.name.${listener}.scram-sha-512.sasl.jaas.config=${jaas}.scram.ScramLoginModule required;`,
    `listener.name.${listener}.oauthbearer.sasl.jaas.config=${jaas}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="unused";`,
  ];
  const settings = [
    ...["process.roles=broker,controller", "node.id=1", `controller.quorum.voters=1@127.0.0.1:${controller}`],
    ...["controller.listener.names=CONTROLLER", "inter.broker.listener.name=PLAINTEXT"],
    ...[`listeners=${open},${at("CONTROLLER", controller)}`, `advertised.listeners=${open}`],
    "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL:SASL_PLAINTEXT,TLS:SSL,SASLTLS:SASL_SSL",
    ...[`ssl.keystore.location=${join(folder, "server.p12")}`, `ssl.keystore.password=${PASSWORD}`],
    ...[`ssl.truststore.location=${join(folder, "trusted.p12")}`, `ssl.truststore.password=${PASSWORD}`],
    "listener.name.tls.ssl.client.auth=requested",
    ...[...login("sasl"), ...login("sasltls")],
    // Where nobody has said who may do something, everybody may; who does not log in may do all.
    ...["authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer", "super.users=User:ANONYMOUS"],
    "allow.everyone.if.no.acl.found=true",
    `log.dirs=${join(run, "data")}`,
    // Without it records with old times are deleted within seconds.
    "log.retention.ms=-1",
    ...["log.retention.check.interval.ms=1000", "log.segment.delete.delay.ms=1000", "log.cleaner.backoff.ms=200"],
    ...["log.cleaner.dedupe.buffer.size=8388608", "message.max.bytes=33554432", "auto.create.topics.enable=false"],
    // A killed broker is let in again when its old session has expired.
    ...["broker.heartbeat.interval.ms=500", "broker.session.timeout.ms=3000"],
    ...["num.network.threads=2", "num.io.threads=2", "group.initial.rebalance.delay.ms=0"],
    ...["offsets.topic.replication.factor=1", "offsets.topic.num.partitions=1"],
    ...["transaction.state.log.replication.factor=1", "transaction.state.log.min.isr=1"],
    "transaction.state.log.num.partitions=1",
    ...["share.coordinator.state.topic.replication.factor=1", "share.coordinator.state.topic.min.isr=1"],
    "share.coordinator.state.topic.num.partitions=1",
  ];
  writeFileSync(join(run, "server.properties"), settings.join("\n"));
  writeFileSync(join(run, "log4j2.properties"), LOGGING);
}

const LOGGING = `rootLogger.level=WARN
rootLogger.appenderRef.out.ref=out
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=%d{ISO8601} %p %c{1} %m%n
logger.ready.name=kafka.server.KafkaRaftServer
logger.ready.level=INFO
`;

export async function install() {
  if (kafkaRig() !== undefined) return;
  require("java", ["-version"], "install a Java 17 runtime or later");
  require("mvn", ["-version"], "install Apache Maven");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "pom.xml"), POM);
  const into = [`-DoutputDirectory=${join(folder, "libs")}`, "-DincludeScope=runtime"];
  run("mvn", ["-q", "-B", "-f", join(folder, "pom.xml"), "dependency:copy-dependencies", ...into]);
  makeKeys();
  await makeEmptyLogs();
  writeFileSync(done, "");
}

function makeKeys() {
  const store = (name) => ["-storetype", "PKCS12", "-storepass", PASSWORD, "-keystore", join(folder, `${name}.p12`)];
  const pair = ["-genkeypair", "-keyalg", "RSA", "-keysize", "2048", "-validity", "3650"];
  const names = ["-ext", "SAN=ip:127.0.0.1,dns:localhost"];
  keytool([...pair, ...store("server"), "-alias", "server", "-dname", "CN=localhost", ...names]);
  keytool([...pair, ...store("client"), "-alias", "client", "-dname", "CN=client"]);
  for (const name of ["server", "client"]) {
    keytool(["-exportcert", "-rfc", ...store(name), "-alias", name, "-file", join(folder, `${name}.pem`)]);
  }
  const trust = ["-importcert", "-noprompt", ...store("trusted"), "-alias", "client"];
  keytool([...trust, "-file", join(folder, "client.pem")]);
}

/** Formats logs, which do not depend on ports, and runs a broker once for the archive of its classes. */
async function makeEmptyLogs() {
  const first = mkdtempSync(join(tmpdir(), "sluice-kafka-rig-"));
  configure(first, await freePorts(5));
  const users = ["256", "512"].flatMap((bits) => [
    "--add-scram",
    `SCRAM-SHA-${bits}=[name=scram,password=${PASSWORD}]`,
  ]);
  const format = ["format", "--config", join(first, "server.properties"), "--cluster-id", CLUSTER, ...users];
  run("java", ["-XX:TieredStopAtLevel=1", "-cp", join(folder, "libs", "*"), "kafka.tools.StorageTool", ...format]);
  cpSync(join(first, "data"), join(folder, "empty"), { recursive: true });
  const child = await launch(first, [`-XX:ArchiveClassesAtExit=${classes}`]);
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await ended;
  rmSync(first, { recursive: true, force: true });
}

async function freePorts(count) {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise((resolve, reject) => {
          const server = createServer().once("error", reject);
          server.listen(0, "127.0.0.1", () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function run(command, args) {
  execFileSync(command, args, { stdio: ["ignore", "ignore", "inherit"] });
}

function keytool(args) {
  execFileSync("keytool", args, { stdio: "ignore" });
}

function require(command, args, advice) {
  try {
    execFileSync(command, args, { stdio: "ignore" });
  } catch {
    throw new Error(`${command} is needed for the Kafka broker: ${advice}`);
  }
}

// 4.4.0 names kafka-tools-api, which Maven Central does not have and only command-line tools need. Without a binding for slf4j the broker is mute.
const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>rig</groupId>
  <artifactId>kafka</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>${KAFKA}</version>
      <exclusions>
        <exclusion><groupId>org.apache.kafka</groupId><artifactId>kafka-tools-api</artifactId></exclusion>
      </exclusions>
    </dependency>
    <dependency>
      <groupId>org.apache.logging.log4j</groupId>
      <artifactId>log4j-slf4j-impl</artifactId>
      <version>${LOG4J}</version>
    </dependency>
  </dependencies>
</project>
`;

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const command = process.argv[2];
  if (command === "install") await install();
  else if (command === "start") {
    const { plaintext, sasl, tls, saslTls } = await startBroker();
    console.log(`export KAFKA_BROKER=${plaintext} KAFKA_SASL_BROKER=${sasl}`);
    console.log(`export KAFKA_TLS_BROKER=${tls} KAFKA_SASL_TLS_BROKER=${saslTls}`);
    process.once("SIGINT", () => process.exit(0)).once("SIGTERM", () => process.exit(0));
  } else if (command === "env") {
    const found = kafkaRig();
    if (found === undefined) {
      console.error("no Kafka broker is installed: run `npm run rigs`");
      process.exit(3);
    }
    console.log(JSON.stringify(found));
  } else {
    console.error("usage: node rigs/kafka.mjs install | start | env");
    process.exit(2);
  }
}
