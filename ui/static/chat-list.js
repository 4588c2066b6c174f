// The list of chats: finding one by its title, and renaming or deleting it in a dialog. Knows nothing of conversations.
import { button as buttonOf, element } from "./elements.js";
import { tell } from "./gradio.js";
import { announce } from "./telling.js";

const FEW = 10; // chats that nobody needs to filter
const find = (selector) => document.querySelector(selector);
const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
let left; // the button that had the focus; the one in its place has it once the list is shown anew

// Deleting the chat that is shown is `leave`'s affair.
export function deleteChat(button, leave) {
  const { chat } = button.dataset;
  const hint = "Its answers and their links are deleted too, but for those that were called right or wrong.";
  openDialog("Delete this chat?", [line(titleOf(button)), line(hint)], "Delete", () => {
    if (chat === find("nav.chats").dataset.opened) return leave(chat);
    tell("arrange", { act: "delete", chat });
    find(".new-chat").focus();
    announce("The chat was deleted");
  });
}

export function renameChat(button) {
  const { chat } = button.dataset;
  const input = element("input", { value: titleOf(button), maxLength: 80, required: true, dir: "auto" });
  openDialog("Rename this chat", [element("label", {}, "Its new name ", input)], "Rename", () => {
    left = button;
    tell("arrange", { act: "rename", chat, title: input.value });
    announce("The chat was renamed");
  });
  input.select();
}

const titleOf = (button) => button.parentElement.querySelector("[data-act=open]").textContent;
const line = (text) => element("p", { dir: "auto" }, text);

function openDialog(title, content, verb, act) {
  const heading = element("h2", { id: "chat-dialog-title" }, title);
  const keep = buttonOf("Cancel", () => dialog.close());
  const form = element("form", { method: "dialog" }, heading, ...content, keep, element("button", {}, verb));
  const dialog = element("dialog", { "aria-labelledby": heading.id }, form);
  form.addEventListener("submit", () => dialog.addEventListener("close", act));
  dialog.addEventListener("close", () => setTimeout(() => dialog.remove()));
  find("#chat").append(dialog);
  dialog.showModal();
}

function filter() {
  const input = find(".chat-filter");
  const chats = [...document.querySelectorAll("nav.chats li:not(.none)")];
  input.hidden = chats.length <= FEW;
  if (input.hidden) input.value = "";
  const words = folded(input.value).split(/\s+/).filter(Boolean);
  for (const chat of chats) chat.hidden = !words.every((word) => folded(chat.textContent).includes(word));
  const found = chats.filter((chat) => !chat.hidden).length;
  find("nav.chats p.none").hidden = found > 0 || !chats.length;
  return `${found} of ${chats.length} chats`;
}

// The list is there, for the first time or anew.
export function arrangeList() {
  if (!find("nav.chats")) return;
  filter();
  const again = left && find(`[data-act=rename][data-chat="${left.dataset.chat}"]`);
  if (!again || again === left) return;
  again.focus();
  left = undefined;
}

document.addEventListener("input", (event) => {
  if (event.target.matches(".chat-filter")) announce(filter());
});
