// Draws openapi.json as a page.  Texts only ever become text nodes, never markup.
"use strict";

const VERBS = ["get", "post", "put", "patch", "delete"];

function element(name, ...children) {
  const made = document.createElement(name);
  made.append(...children);
  return made;
}

// What stands between backticks is code.
function words(text) {
  return (text || "").split("`").map((part, index) => (index % 2 ? element("code", part) : part));
}

function nameOf(reference) {
  return reference.split("/").pop();
}

function typeOf(schema) {
  if (schema.$ref) return nameOf(schema.$ref);
  const choices = schema.oneOf || schema.anyOf || schema.allOf;
  if (choices) return choices.map(typeOf).join(" or ");
  const types = [].concat(schema.type || "any").join(" or ");
  return schema.items ? `${types} of ${typeOf(schema.items)}` : types;
}

function referencesIn(schema) {
  const found = [];
  JSON.stringify(schema, (key, value) => {
    if (key === "$ref") found.push(nameOf(value));
    return value;
  });
  return found;
}

function fieldRow(name, schema, required) {
  const allowed = schema.enum ? `One of: ${schema.enum.join(", ")}` : "";
  const meaning = [schema.description, allowed].filter(Boolean).join(" ");
  const label = element("th", element("code", name));
  label.scope = "row";
  return element("tr", label, element("td", typeOf(schema)), element("td", required ? "yes" : "no"), element("td", ...words(meaning)));
}

function table(heads, rows) {
  const head = element("tr", ...heads.map((text) => element("th", text)));
  const holder = element("div", element("table", element("thead", head), element("tbody", ...rows)));
  holder.className = "wide";
  return holder;
}

function schemaDetails(name, schemas) {
  const schema = schemas[name];
  const required = new Set(schema.required || []);
  const rows = Object.entries(schema.properties || {}).map(([field, part]) => fieldRow(field, part, required.has(field)));
  const details = element("details", element("summary", element("code", name)), ...words(schema.description));
  if (rows.length) details.append(table(["field", "type", "required", "meaning"], rows));
  return details;
}

function allReferences(start, schemas) {
  const seen = new Set();
  const waiting = referencesIn(start);
  while (waiting.length) {
    const name = waiting.shift();
    if (seen.has(name)) continue;
    seen.add(name);
    waiting.push(...referencesIn(schemas[name]));
  }
  return [...seen];
}

function shapes(title, content, schemas) {
  const names = allReferences(content, schemas);
  if (!names.length) return [];
  return [element("h3", title), ...names.map((name) => schemaDetails(name, schemas))];
}

function body(requestBody, schemas) {
  const example = requestBody.content["application/json"].example;
  const text = element("pre", JSON.stringify(example, null, 2));
  text.tabIndex = 0;
  return [element("h3", "Example of a body"), text, ...shapes("Shape of the body", requestBody, schemas)];
}

function operationSection(path, verb, operation, schemas) {
  const mark = element("span", verb.toUpperCase());
  mark.className = "verb";
  const title = element("h2", mark, element("code", path));
  title.id = operation.operationId;
  const section = element("section", title, element("p", operation.summary));
  if (operation.description) section.append(element("p", ...words(operation.description)));
  const parameters = (operation.parameters || []).map((one) => fieldRow(`${one.name} (${one.in})`, { ...one.schema, description: one.description }, one.required));
  if (parameters.length) section.append(element("h3", "Parameters"), table(["name", "type", "required", "meaning"], parameters));
  if (operation.requestBody) section.append(...body(operation.requestBody, schemas));
  const answers = Object.entries(operation.responses).map(([status, answer]) => {
    const kinds = Object.keys(answer.content || {}).join(", ");
    return element("tr", element("th", status), element("td", kinds), element("td", ...words(answer.description)));
  });
  section.append(element("h3", "Answers"), table(["status", "type", "meaning"], answers));
  const first = Object.entries(operation.responses).find(([status]) => status.startsWith("2"));
  if (first) section.append(...shapes("Shape of the answer", first[1], schemas));
  return section;
}

async function draw() {
  const answer = await fetch("/openapi.json");
  const api = await answer.json();
  const list = element("ul");
  const main = document.getElementById("operations");
  for (const [path, operations] of Object.entries(api.paths)) {
    for (const verb of VERBS.filter((one) => one in operations)) {
      const operation = operations[verb];
      const link = element("a", `${verb.toUpperCase()} ${path}`);
      link.href = `#${operation.operationId}`;
      list.append(element("li", link));
      main.append(operationSection(path, verb, operation, api.components.schemas));
    }
  }
  document.getElementById("contents").append(list);
}

draw().catch(() => {
  document.getElementById("operations").append(element("p", "openapi.json could not be read."));
});
