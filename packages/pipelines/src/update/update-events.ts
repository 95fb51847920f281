import { DeltaEventWriter } from "../event-log/delta-event-writer.ts";
import type { UpdateState } from "../event-log/event-details.ts";
import { errorMessage, toEventError } from "../event-log/event-error.ts";
import type { EventRecorder } from "../event-log/event-recorder.ts";
import type { EventWriter } from "../event-log/event-writer.ts";
import type { PipelineSettings } from "../graph/pipeline-settings.ts";
import type { UpdateInput, UpdateWorld } from "./update-input.ts";

/** However often a continuous pipeline commits, its event log gets at most so many commits a day as one every five seconds makes. */
const CONTINUOUS_LOG_PAUSE_MS = 5000;

/** Who hears of the events of an update. */
export function eventWriters(input: UpdateInput, world: UpdateWorld): readonly EventWriter[] {
  const { onEvent, onEventLogTrouble, engine, store, writers = [] } = world;
  const trouble = onEventLogTrouble === undefined ? {} : { onTrouble: onEventLogTrouble };
  const pauseMs = input.settings.continuous ? CONTINUOUS_LOG_PAUSE_MS : 0;
  const told: readonly EventWriter[] = onEvent === undefined ? [] : [{ write: onEvent, flush: async () => {} }];
  return [
    ...told,
    ...writers,
    ...(input.validateOnly ? [] : [new DeltaEventWriter(engine, store.root, { ...trouble, pauseMs })]),
  ];
}

/** The events of an update as a whole. */
export class UpdateEvents {
  readonly #input: UpdateInput;
  readonly #id: string;
  readonly #recorder: EventRecorder;

  constructor(input: UpdateInput, id: string, recorder: EventRecorder) {
    this.#input = input;
    this.#id = id;
    this.#recorder = recorder;
  }

  begun(): void {
    const { request = {}, cause = "USER_ACTION", user = "unknown", settings, validateOnly = false } = this.#input;
    if (cause === "USER_ACTION") this.#tellUser(user);
    this.#recorder.record({
      eventType: "create_update",
      message: `Update ${shortId(this.#id)} started by ${cause}.`,
      details: {
        update_id: this.#id,
        run_as: user,
        cause,
        full_refresh: request.fullRefreshAll ?? false,
        refresh_selection: request.refresh ?? [],
        full_refresh_selection: request.fullRefresh ?? [],
        validate_only: validateOnly,
        config: publicSettings(settings),
      },
    });
  }

  /** @param engine - Its name. */
  runsOn(engine: string): void {
    const runtime = `sluice-${engine}`;
    this.#recorder.record({
      eventType: "runtime_details",
      message: `The update runs on ${engine}.`,
      details: { dbr_version: runtime, runtime_version: { dbr_version: runtime }, engine },
    });
  }

  /** `failure` is why it failed; `isByUser`: somebody asked for the stop. */
  state(state: UpdateState, { failure, isByUser }: { readonly failure: unknown; readonly isByUser: boolean }): void {
    const error = state === "FAILED" ? failure : undefined;
    const cause = error === undefined ? "" : `: ${errorMessage(error).split("\n")[0]}`;
    this.#recorder.record({
      eventType: "update_progress",
      message: `Update ${shortId(this.#id)} is ${state}${cause === "" ? "." : cause}`,
      level: state === "FAILED" ? "ERROR" : "INFO",
      ...(error === undefined ? {} : { error: toEventError(error, true) }),
      details: { state, ...(state === "CANCELED" && isByUser ? { cancellation_cause: "USER_ACTION" } : {}) },
    });
  }

  #tellUser(user: string): void {
    this.#recorder.record({
      eventType: "user_action",
      message: `User ${user} started update ${shortId(this.#id)}.`,
      details: { user_name: user, action: "START" },
    });
  }
}

/** The settings that the event log may show: everything but values of the configuration, which may be secrets. */
function publicSettings(settings: PipelineSettings): Readonly<Record<string, unknown>> {
  const { id, name, catalog, schema, storage, continuous, development, configuration } = settings;
  return { id, name, catalog, schema, storage, continuous, development, configuration: Object.keys(configuration) };
}

function shortId(updateId: string): string {
  return updateId.slice(0, 6);
}
