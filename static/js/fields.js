// A form's fields as pairs of name and value, read and filled in again.

const TEXTS = "textarea, input[type=text], input[type=url], input:not([type])";

/** Whether people type words into the field. */
export const isText = (field) => field.matches?.(TEXTS) && !field.readOnly;

/** What the form would send, as pairs; `button` is the one that was pressed. */
export const fieldsOf = (form, button) => {
  const pairs = [...new FormData(form)].map(([name, value]) => [name, String(value)]);
  return button?.name ? [...pairs, [button.name, button.value]] : pairs;
};

/** What people typed and ticked, without what the page carries along for itself. */
export const typedOf = (form) => {
  const own = new Set([...form.elements].filter((it) => it.name && it.type !== "hidden").map((it) => it.name));
  return fieldsOf(form).filter(([name]) => own.has(name));
};

/** The same pairs in the same order. */
export const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** Fill in pairs: texts, choices and ticks. What carries a nonce keeps its own. */
export const fill = (form, pairs) => {
  const values = new Map();
  for (const [name, value] of pairs) values.set(name, [...(values.get(name) || []), value]);
  for (const field of form.elements) {
    if (!field.name || field.type === "submit" || field.name === "nonce") continue;
    const given = values.get(field.name);
    if (field.type === "checkbox" || field.type === "radio") field.checked = Boolean(given?.includes(field.value));
    else if (given) field.value = given[0];
  }
  for (const block of form.querySelectorAll("details")) if (block.querySelector("textarea")?.value) block.open = true;
};

// Not form.elements[name]: that has the group around them, too, whose id is their name.
const radios = (form, name) => [...form.elements].filter((it) => it.type === "radio" && it.name === name);

/** Empty the form for the next thing, with a nonce of its own; a name stays. */
export const clear = (form) => {
  for (const asked of form.querySelectorAll("[data-again], [data-hint]")) asked.replaceChildren();
  for (const field of form.elements) {
    if (field.name === "nonce") field.value = token();
    else if (field.type === "checkbox") field.checked = false;
    else if (field.type === "radio") field.checked = field === radios(form, field.name)[0];
    else if ((isText(field) || field.type === "date") && field.autocomplete !== "name") field.value = "";
    else if (field.matches("select")) {
      field.value = ([...field.options].find((it) => it.defaultSelected) || field.options[0]).value;
    }
  }
};

/** Whether anything is typed that clear() would take away. */
export const isEmpty = (form) => [...form.elements].every((it) => !isText(it) || it.autocomplete === "name" || !it.value.trim());

/** Sixteen letters that nobody else has. */
export const token = () => [...crypto.getRandomValues(new Uint8Array(8))].map((it) => it.toString(16).padStart(2, "0")).join("");
