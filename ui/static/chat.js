// Buttons and keys of the chat. What they mean to the server is written into unseen textboxes, as JSON: `act` asks something
// of the conversation, `go` changes to another chat. Knows nothing of answers.
import { deleteChat, renameChat } from "./chat-list.js";
import { element, button as buttonOf } from "./elements.js";
import "./following.js";
import { giveBack, openTab, questionBox, tell, tellDates } from "./gradio.js";
import { isCovered, show, toggle, uncover } from "./narrow.js";
import { hideNote } from "./notes.js";
import { closeSource, focusSource, openSource, sourceIsOpen } from "./source-view.js";
import { announce, copyText } from "./telling.js";

const find = (selector) => document.querySelector(selector);

// On a touch screen the box would bring up a keyboard, over what is to be read.
const focusQuestion = () => (matchMedia("(pointer: fine)").matches ? questionBox() : find("#talk"))?.focus();
const stopButton = () => find("#question .stop-button");

// Buttons

const acts = {
  ask: (button) => askFromButton({ act: "ask", question: button.dataset.question }),
  again: askOfTurn,
  "any-date": askOfTurn,
  "as-written": askOfTurn,
  "all-dates": askOfTurn,
  "all-documents": askOfTurn,
  "any-dates": () => tellDates("", "") && focusQuestion(),
  documents: () => openTab("documents"),
  edit: (button) => editQuestion(button.closest(".turn")),
  new: () => changeChat({ act: "new" }),
  open: (button) => changeChat({ act: "open", chat: button.dataset.chat }),
  delete: (button) => deleteChat(button, (chat) => changeChat({ act: "delete", chat })),
  rename: renameChat,
  copy: copyAnswer,
  thumb: giveThumb,
  "show-side": () => toggle("shows-side"),
  "show-sources": () => toggle("shows-sources"),
};

function askFromButton(message) {
  tell("act", message);
  focusQuestion(); // the button goes away, and must not take the focus with it
}

function askOfTurn(button) {
  askFromButton({ act: button.dataset.act, answer: button.closest(".turn").dataset.answer });
}

function changeChat(message) {
  if (stopButton()) giveBack(find("#current .question")?.innerText); // what is being answered is so no more
  closeSource();
  show("shows-side", false);
  tell("go", message);
  focusQuestion();
}

async function copyAnswer(button) {
  button.dataset.name ??= button.textContent;
  try {
    await copyText(textOf(button.dataset.from));
    button.textContent = "Copied";
    announce("Copied");
  } catch {
    button.textContent = "Not copied";
    announce("The answer could not be copied");
  }
  setTimeout(() => (button.textContent = button.dataset.name), 1600);
}

async function textOf(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.text();
}

async function giveThumb(button) {
  const turn = button.closest(".turn");
  const pressed = button.getAttribute("aria-pressed") === "true";
  const verdict = pressed ? null : button.dataset.verdict;
  const comment = turn.querySelector(".comment");
  if (verdict === null) comment.elements.comment.value = "";
  if (!(await sendOpinion(turn, verdict, comment.elements.comment.value))) return;
  for (const thumb of turn.querySelectorAll("[data-act=thumb]"))
    thumb.setAttribute("aria-pressed", String(thumb.dataset.verdict === verdict));
  comment.hidden = verdict === null;
}

async function sendOpinion(turn, verdict, comment) {
  const body = JSON.stringify({ verdict, comment });
  const headers = { "Content-Type": "application/json" };
  const address = `/api/answers/${turn.dataset.answer}/opinion`;
  const sent = await fetch(address, { method: "POST", headers, body }).catch(() => ({ ok: false }));
  announce(sent.ok ? "Saved" : "That could not be saved");
  return sent.ok;
}

async function sendComment(form) {
  const turn = form.closest(".turn");
  const thumb = turn.querySelector("[data-act=thumb][aria-pressed=true]");
  const sent = await sendOpinion(turn, thumb?.dataset.verdict ?? null, form.elements.comment.value);
  const button = form.querySelector("button");
  button.textContent = sent ? "Saved" : "Not saved";
  setTimeout(() => (button.textContent = "Save"), 1600);
}

function editQuestion(turn) {
  const heading = turn.querySelector(".question");
  const rows = Math.min(6, heading.innerText.split("\n").length + 1);
  const area = element("textarea", { "aria-label": "Question", dir: "auto", value: heading.innerText, rows });
  const close = () => {
    editor.replaceWith(heading);
    turn.querySelector("[data-act=edit]")?.focus();
  };
  const editor = element("form", { className: "question-editor" }, area, element("button", {}, "Ask"), buttonOf("Cancel", close));
  heading.replaceWith(editor);
  area.focus();
  editor.addEventListener("submit", () => area.value.trim() && askFromButton({ act: "edit", question: area.value, answer: turn.dataset.answer }));
  area.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    else if (event.key === "Enter" && !event.shiftKey && !isComposing(event)) editor.requestSubmit();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}

// Events

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  if (button) acts[button.dataset.act]?.(button);
  const link = event.target.closest("a.footnote-mark, a.footnote-source");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return; // these open a tab of its own
  event.preventDefault();
  hideNote();
  show("shows-sources", true);
  openSource(link);
  if (event.detail === 0 || isCovered()) focusSource(); // pressed by a key, or now covered
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches(".comment, .question-editor")) return;
  event.preventDefault();
  if (event.target.matches(".comment")) sendComment(event.target);
});

// Safari ends a word that is being composed with an Enter that it only numbers so.
const isComposing = (event) => event.isComposing || event.keyCode === 229;

// Whether Escape is meant for something else: a list, a field that it empties, a dialog, or the Documents tab.
function isTaken(event) {
  const list = event.target.closest(".question-editor, [type=search], :is([role=combobox], [role=listbox])[aria-expanded=true]");
  return list || find("dialog[open]") || !find("#chat").checkVisibility();
}

document.addEventListener(
  "keydown",
  (event) => {
    if (isComposing(event)) {
      if (event.key === "Enter") event.stopImmediatePropagation(); // it ends a word, not a question
      return;
    }
    if (event.key !== "Escape" || isTaken(event) || hideNote()) return;
    if (stopButton()) {
      stopButton().click();
      return;
    }
    uncover();
    if (sourceIsOpen()) closeSource();
  },
  true,
);
