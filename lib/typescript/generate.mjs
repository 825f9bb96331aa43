/** Write src/generated from the OpenAPI document; with --check, fail where it is stale. */
import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const DOCUMENT = new URL("../web/description/openapi.json", import.meta.url);
const HEAD = "// Written by scripts/generate from the OpenAPI document.\n\n";
/** What a client does not call. */
const DESCRIPTIONS = ["openapi", "docs"];
/** What does not decide whether a value fits a schema. */
const UNSAID = ["title", "description", "default", "examples"];

const document = JSON.parse(await readFile(DOCUMENT, "utf8"));
const { schemas } = document.components;

/** Return the schema that a reference means, or the one that is not null. */
function resolved(schema) {
  if (schema.$ref) return resolved(schemas[schema.$ref.split("/").at(-1)]);
  return schema.anyOf ? resolved(schema.anyOf.find(({ type }) => type !== "null")) : schema;
}

/** Drop from a schema what does not decide whether a value fits it. */
function bare(schema) {
  const entries = Object.entries(schema).filter(([key]) => !UNSAID.includes(key) && !key.startsWith("x-"));
  return Object.fromEntries(
    entries.map(([key, value]) => {
      if (key === "properties") return [key, mapped(value, bare)];
      if (key === "if" || key === "then") return [key, bare(value)];
      if (key === "anyOf") return [key, value.map(bare)];
      return [key, key === "items" ? bare(value) : value];
    }),
  );
}

function mapped(object, change) {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
}

/** Name the schemas that one refers to, itself first. */
function reached(name, known = []) {
  if (known.includes(name)) return known;
  const names = JSON.stringify(schemas[name]).matchAll(/#\/components\/schemas\/(\w+)/g);
  return [...names].reduce((found, [, next]) => reached(next, found), [...known, name]);
}

/** Return the bounds of a schema and of what it holds. */
function bounds(schema) {
  const { type, properties, items, ...said } = resolved(schema);
  const own = Object.entries({
    min: said.minLength ?? said.minimum ?? said.minItems,
    max: said.maxLength ?? said.maximum ?? said.maxItems,
  }).filter(([, value]) => value !== undefined);
  const below = mapped(properties ?? (items ? { each: items } : {}), bounds);
  return {
    ...Object.fromEntries(own),
    ...Object.fromEntries(Object.entries(below).filter(([, one]) => Object.keys(one).length)),
  };
}

/** Return the document without what a client does not read: requests, examples, and titles, which repeat names. */
function modelsOnly() {
  const read = (key, value) =>
    key === "examples" || (key === "title" && typeof value === "string") ? undefined : value;
  return { ...document, paths: {}, components: JSON.parse(JSON.stringify(document.components, read)) };
}

function routes() {
  const served = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => [operationId, { method: method.toUpperCase(), path }]),
  );
  return Object.fromEntries(served.filter(([name]) => !DESCRIPTIONS.includes(name)));
}

const camel = (kebab) => kebab.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
const problems = new Set(JSON.stringify(document.paths).match(/urn:problem:[a-z-]+/g));
const constants = {
  routes: routes(),
  eventTypes: Object.keys(schemas.DebateEvent.discriminator.mapping),
  problemTypes: Object.fromEntries([...problems].sort().map((type) => [camel(type.split(":").at(-1)), type])),
  failureTypes: Object.fromEntries(
    schemas.EventProblem.properties.type.oneOf.map((one) => [
      one.const,
      { title: one.title, retryable: one["x-retryable"] },
    ]),
  ),
  signalStates: schemas.Signal.properties.state.enum,
  limits: { ...bounds(schemas.DebateRequest), steer: bounds(schemas.SteerRequest) },
};
const requestSchemas = Object.fromEntries(reached("DebateRequest").map((name) => [name, bare(schemas[name])]));
const files = {
  "api.ts": HEAD + astToString(await openapiTS(modelsOnly(), { defaultNonNullable: false })),
  "contract.ts": `${HEAD}import type { Schema } from "../schema.js";\n\n${Object.entries(constants)
    .map(([name, value]) => `export const ${name} = ${JSON.stringify(value, null, 2)} as const;\n`)
    .join(
      "\n",
    )}\nexport const requestSchemas: Readonly<Record<string, Schema>> = ${JSON.stringify(requestSchemas, null, 2)};\n`,
};

let stale = false;
for (const [name, text] of Object.entries(files)) {
  const file = new URL(`src/generated/${name}`, import.meta.url);
  if ((await readFile(file, "utf8").catch(() => "")) === text) continue;
  if (process.argv.includes("--check")) {
    console.error(`scripts/generate: lib/typescript/src/generated/${name} is stale; run scripts/generate`);
    stale = true;
  } else {
    await writeFile(file, text);
  }
}
process.exitCode = stale ? 1 : 0;
