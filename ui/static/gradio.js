// Gradio's own parts, as scripts of ours use them: unseen textboxes that tell the server something, the question box, tabs.

let told = 0;

function set(box, value) {
  box.value = value;
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

// A message to the server, as JSON: equal ones must differ, or the second is no change.
export function tell(name, message) {
  const box = document.querySelector(`#${name} textarea, #${name} input`);
  told += 1;
  if (box) set(box, JSON.stringify({ ...message, told }));
}

// The dates that questions are to keep to, each empty or ISO 8601; returns what is written, which differs every time.
export function tellDates(after, before) {
  const written = `${after}/${before}/${Date.now()}`;
  const box = document.querySelector("#chosen_dates textarea, #chosen_dates input");
  if (box) set(box, written);
  return written;
}

export const questionBox = () => document.querySelector("#question textarea");

// Put a question back, where nobody has written the next one meanwhile.
export function giveBack(question) {
  const box = questionBox();
  if (question && box && !box.value) set(box, question);
}

export function openTab(name) {
  document.querySelector(`[role=tab][data-tab-id=${name}]`)?.click();
}
