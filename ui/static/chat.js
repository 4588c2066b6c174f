// Buttons and keys of the chat. What they mean to the server is written into unseen textboxes, as JSON: `act` asks something
// of the conversation, `go` changes to another chat. Knows nothing of answers.
import { arrangeList, deleteChat, renameChat } from "./chat-list.js";
import { giveBack, openTab, questionBox, tell, tellDates } from "./gradio.js";
import { announce, copyText } from "./telling.js";
import { closeSource, openSource, sourceIsOpen } from "./source-view.js";
import { hideNote } from "./notes.js";

const find = (selector) => document.querySelector(selector);
const focusQuestion = () => questionBox()?.focus();
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
  "show-side": (button) => toggle(button, "shows-side"),
  "show-sources": (button) => toggle(button, "shows-sources"),
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
  const editor = document.createElement("form");
  const area = document.createElement("textarea");
  const [save, cancel] = ["Ask", "Cancel"].map((name) => Object.assign(document.createElement("button"), { textContent: name }));
  editor.className = "question-editor";
  area.setAttribute("aria-label", "Question");
  area.dir = "auto";
  area.value = heading.innerText;
  area.rows = Math.min(6, area.value.split("\n").length + 1);
  cancel.type = "button";
  editor.append(area, save, cancel);
  heading.replaceWith(editor);
  area.focus();
  const close = () => {
    editor.replaceWith(heading);
    turn.querySelector("[data-act=edit]")?.focus();
  };
  cancel.addEventListener("click", close);
  editor.addEventListener("submit", () => area.value.trim() && askFromButton({ act: "edit", question: area.value, answer: turn.dataset.answer }));
  area.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) editor.requestSubmit();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}

// Narrow screens: what lies beside the conversation comes over it

function show(name, shown) {
  document.body.classList.toggle(name, shown);
  const button = find(`[data-act=${name.replace("shows", "show")}]`);
  button.setAttribute("aria-expanded", String(shown));
  button.dataset.name ??= button.textContent;
  button.textContent = shown ? "Close" : button.dataset.name;
}

function toggle(button, name) {
  const shown = !document.body.classList.contains(name);
  for (const other of ["shows-side", "shows-sources"]) show(other, other === name && shown);
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
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches(".comment, .question-editor")) return;
  event.preventDefault();
  if (event.target.matches(".comment")) sendComment(event.target);
});

document.addEventListener(
  "keydown",
  (event) => {
    if (event.key === "Enter" && event.isComposing) event.stopImmediatePropagation(); // it ends a word, not a question
    if (event.key !== "Escape" || event.target.closest(".question-editor, dialog, [type=search]")) return;
    if (hideNote()) return;
    if (stopButton()) stopButton().click();
    else if (sourceIsOpen()) closeSource();
    else for (const name of ["shows-side", "shows-sources"]) show(name, false);
  },
  true,
);

// What the server shows

let writing = false;

function follow() {
  const current = find("#current");
  const busy = Boolean(current.querySelector("[aria-busy=true]"));
  const talk = find("#talk");
  if (busy && !writing) closeSource();
  if (busy) talk.scrollTop = talk.scrollHeight;
  if (writing && !busy) finish(current, talk);
  writing = busy;
}

function finish(current, talk) {
  giveBack(current.querySelector("[data-unanswered]")?.dataset.unanswered);
  const answer = current.querySelector(".footnote-answer");
  const quotes = answer?.querySelectorAll(".footnote-mark").length ?? 0;
  current.querySelector(".turn")?.scrollIntoView({ block: "nearest" });
  if (current.querySelector(".turn")?.offsetHeight > talk.clientHeight) current.querySelector(".turn").scrollIntoView();
  if (answer?.querySelector(".refusal")) announce("Finished: the documents do not answer this question");
  else if (answer) announce(`Answer finished, with ${quotes} ${quotes === 1 ? "citation" : "citations"}`);
}

function remember() {
  arrangeList();
  const opened = find("nav.chats")?.dataset.opened;
  if (opened === undefined) return; // the address still says which chat is to be shown
  const address = new URL(location.href);
  if ((address.searchParams.get("chat") ?? "") === opened) return;
  if (opened) address.searchParams.set("chat", opened);
  else address.searchParams.delete("chat");
  history.replaceState(history.state, "", address);
}

function label() {
  for (const [name, words] of Object.entries({ side: "Chats and settings", talk: "Conversation", sources: "Sources" })) {
    find(`#${name}`).setAttribute("role", "region");
    find(`#${name}`).setAttribute("aria-label", words);
  }
}

// What was being written outlives a page that is loaded again, as it is by itself where the server was started again.
function keepDraft() {
  giveBack(sessionStorage.getItem("question"));
  addEventListener("pagehide", () => sessionStorage.setItem("question", questionBox().value));
}

function begin() {
  if (!["#current", "#chats", "#side", "#talk", "#sources", "#question textarea"].every(find)) {
    requestAnimationFrame(begin); // Gradio builds its page in the browser
    return;
  }
  label();
  keepDraft();
  const watched = { childList: true, subtree: true };
  new MutationObserver(follow).observe(find("#current"), watched);
  new MutationObserver(remember).observe(find("#chats"), { ...watched, attributes: true, attributeFilter: ["data-opened"] });
}
begin();
