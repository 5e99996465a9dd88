// The playground's page: it hears from its server what is so, and shows it.

import { clockBar } from "./clock_bar.js";
import { makePhone } from "./phone.js";

const ROLES = ["admin", "therapist", "client"];
const world = { bot: "starting", people: [], chats: new Map(), read: new Map() };
const waiting = new Set(); // people whose phone is to be shown once the server has told of them

const phones = ROLES.map((role) => makePhone(role, world, bring));
document.getElementById("phones").append(...phones.map((phone) => phone.root));
const tabs = [...document.querySelectorAll(".tabs button")];
const showStage = clockBar(bring);

/** Bring somebody's phone to the front and the focus to it. */
function bring(who) {
  const person = world.people.find((known) => known.id === who);
  if (!person) return waiting.add(who);
  const phone = phones.find((known) => known.role === person.role);
  phone.choose(who);
  go(person.role);
}

/** Show a phone where only one fits, and move the focus into it. */
function go(role) {
  front(role);
  phones.find((known) => known.role === role).focus();
}

function front(role) {
  document.body.dataset.front = role;
  for (const tab of tabs) tab.setAttribute("aria-current", String(tab.dataset.go === role));
  const phone = phones.find((known) => known.role === role);
  phone.stageChanged();
  phone.toEnd();
  markUnread();
}

function markUnread() {
  for (const tab of tabs) {
    const phone = phones.find((known) => known.role === tab.dataset.go);
    tab.classList.toggle("news", phone.unread());
    tab.setAttribute("aria-label", tab.textContent + (phone.unread() ? ", new messages" : ""));
  }
}

for (const link of document.querySelectorAll("[data-go]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    if (link.closest(".tabs")) front(link.dataset.go);
    else go(link.dataset.go);
  });
}

const events = new EventSource("/events");
events.addEventListener("stage", (event) => {
  const stage = JSON.parse(event.data);
  world.bot = stage.bot;
  world.people = stage.people;
  showStage(stage);
  for (const phone of phones) phone.stageChanged();
  for (const who of waiting) {
    if (!world.people.some((person) => person.id === who)) continue;
    waiting.delete(who);
    bring(who);
  }
});
events.addEventListener("chat", (event) => {
  const chat = JSON.parse(event.data);
  const before = world.chats.get(chat.id);
  world.chats.set(chat.id, chat);
  const person = world.people.find((known) => known.id === chat.id);
  phones.find((phone) => phone.role === person?.role)?.chatChanged(chat, before);
  markUnread();
});
events.addEventListener("open", () => document.body.classList.remove("ended"));
events.addEventListener("error", () => {
  document.body.classList.add("ended");
  document.getElementById("said").textContent = "The playground has ended. Run attune demo again, and this page goes on.";
});

front("client");
