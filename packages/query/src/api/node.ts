import type { Relation } from "../relation/relation.ts";
import { callerOrigin } from "./origin.ts";

type Bare<Node> = Node extends Relation ? Omit<Node, "planId" | "origin" | "span"> : never;

let lastPlanId = 0;

/** A relation node made by the person's call: with an identity of its own and the place of the call. */
export function node(bare: Bare<Relation>): Relation {
  const origin = callerOrigin();
  lastPlanId += 1;
  return { ...bare, planId: lastPlanId, ...(origin === undefined ? {} : { origin }) } as Relation;
}
