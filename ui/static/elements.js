// Elements of a page, made of text: nothing of others becomes HTML here.

// What moves the characters after it about, so that one name would look like another; `rag/inert.py` shows it so too.
const MISLEADING = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g;
const visible = (text) => String(text).replace(MISLEADING, "\ufffd");

/** An element with properties, attributes (those with a dash, `role` and `for`) and children: elements and texts. */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "role" || name === "for") made.setAttribute(name, visible(value));
    else made[name] = value;
  }
  made.append(...children.map((child) => (child instanceof Node ? child : visible(child))));
  return made;
}

export const button = (name, onclick, properties = {}) => element("button", { type: "button", onclick, ...properties }, name);
