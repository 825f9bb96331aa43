import { requestSchemas } from "./generated/contract.js";
import type { Schema } from "./schema.js";
import type { Fault } from "./types.js";

const DATE = "(?!0000)\\d{4}-\\d\\d-(\\d\\d)";
const HOUR = "(?:[01]\\d|2[0-3]):[0-5]\\d";
const MOMENT = new RegExp(`^(${DATE})T${HOUR}(?::[0-5]\\d(?:\\.\\d+)?)?(?:Z|[+-]${HOUR})$`, "i");

/** Say what the backend would refuse in a request, as its `errors` do; nothing where it would take it. */
export function validateRequest(request: unknown): Fault[] {
  const faults = [...check(request, named("DebateRequest"), "")];
  return faults.filter(({ pointer }, index) => faults.findIndex((other) => other.pointer === pointer) === index);
}

function named(name: string): Schema {
  const schema = requestSchemas[name];
  if (schema === undefined) throw new TypeError(`the contract has no schema ${name}`);
  return schema;
}

function* check(value: unknown, schema: Schema, pointer: string): Generator<Fault> {
  if (schema.$ref !== undefined) {
    yield* check(value, named(schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1)), pointer);
  } else if (schema.anyOf !== undefined) {
    const fitting = schema.anyOf.find((one) => one.$ref !== undefined || isOf(value, one.type)) ?? schema.anyOf[0];
    yield* check(value, fitting ?? {}, pointer);
  } else if (!isOf(value, schema.type)) {
    yield { pointer, detail: `must be of the type ${schema.type}` };
  } else if (schema.enum !== undefined && !schema.enum.includes(value)) {
    yield { pointer, detail: `must be one of ${schema.enum.join(", ")}` };
  } else if (typeof value === "string") {
    yield* textFaults(value, schema).map((detail) => ({ pointer, detail }));
  } else if (typeof value === "number") {
    yield* numberFaults(value, schema).map((detail) => ({ pointer, detail }));
  } else if (Array.isArray(value)) {
    yield* checkItems(value, schema, pointer);
  } else if (typeof value === "object" && value !== null) {
    yield* checkMembers(value, schema, pointer);
  }
}

function* checkItems(value: unknown[], schema: Schema, pointer: string): Generator<Fault> {
  const most = schema.maxItems ?? Number.POSITIVE_INFINITY;
  if (value.length > most) yield { pointer, detail: `must have at most ${most} items` };
  else for (const [index, item] of value.entries()) yield* check(item, schema.items ?? {}, `${pointer}/${index}`);
}

function* checkMembers(value: object, schema: Schema, pointer: string): Generator<Fault> {
  const members = new Map(Object.entries(value).filter(([, member]) => member !== undefined));
  const below = (name: string): string => `${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
  for (const name of schema.required ?? []) {
    if (!members.has(name)) yield { pointer: below(name), detail: "is required" };
  }
  for (const [name, member] of members) {
    const known = Object.hasOwn(schema.properties ?? {}, name) ? schema.properties?.[name] : undefined;
    if (known !== undefined) yield* check(member, known, below(name));
    else if (schema.additionalProperties === false) yield { pointer: below(name), detail: "is not known" };
  }
  if (schema.if && check(value, schema.if, pointer).next().done) yield* check(value, schema.then ?? {}, pointer);
}

function isOf(value: unknown, type: string | undefined): boolean {
  switch (type) {
    case undefined:
      return true;
    case "null":
      return value === null;
    case "array":
      return Array.isArray(value);
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    case "integer":
      return Number.isInteger(value);
    case "number":
      return Number.isFinite(value);
    default:
      return typeof value === type;
  }
}

function numberFaults(value: number, { minimum, maximum }: Schema): string[] {
  if (minimum !== undefined && value < minimum) return [`must be at least ${minimum}`];
  if (maximum !== undefined && value > maximum) return [`must be at most ${maximum}`];
  return [];
}

function textFaults(value: string, { minLength = 0, maxLength, pattern = "", format }: Schema): string[] {
  if (value.includes("\0") || /\p{Surrogate}/u.test(value)) {
    return ["must not contain NUL characters or lone surrogates"];
  }
  const length = [...value].length; // characters, as the backend counts them
  if (length < minLength) return [`must have at least ${minLength} characters`];
  if (maxLength !== undefined && length > maxLength) return [`must have at most ${maxLength} characters`];
  if (!new RegExp(pattern, "u").test(value)) return ["must be of another form"];
  if (format === "iri" && !isWebAddress(value)) return ["must be an http or https URL without a user or a password"];
  if (format === "date-time" && !isMoment(value)) return ["must be a date and a time with its offset from UTC"];
  return [];
}

function isMoment(value: string): boolean {
  const [, date = "", day] = MOMENT.exec(value) ?? [];
  return new Date(`${date}T00:00:00Z`).getUTCDate() === Number(day); // 30 February is 2 March here
}

function isWebAddress(value: string): boolean {
  try {
    const { protocol, username, password } = new URL(value);
    return /^https?:$/.test(protocol) && username === "" && password === "";
  } catch {
    return false;
  }
}
