// One phone of the three: whose it is, their chat, and the field to write in.

import { act, base64Of } from "./acts.js";
import { commandMenu } from "./commands.js";
import { element } from "./elements.js";
import { showMessages, stayAtEnd } from "./messages.js";

const TITLES = { admin: "Admin", therapist: "Therapist", client: "Client" };
const NEVER_WROTE = "bot can't initiate conversation with a user";
const UNTIL_TYPING = 250; // milliseconds without an answer after which "typing" is shown
const UNTIL_GIVEN_UP = 8000;
const TOAST_STAYS = 4000;

/** Make the phone of a role. `world`: chats, people, bot; `opened(who)` is called when a link went to that phone. */
export function makePhone(role, world, opened) {
  const root = document.getElementById("phone").content.firstElementChild.cloneNode(true);
  const part = (selector) => root.querySelector(selector);
  const [log, field, form, begin, doing, toast, select] = [
    ".log", "textarea", "form", ".begin", ".doing", ".toast", "select",
  ].map(part);
  root.id = role;
  root.setAttribute("aria-label", `${TITLES[role]}'s phone`);
  let who = null;
  let typing = 0; // timers
  let toastTimer = 0;
  const waits = new Map(); // query_id -> the button that waits for its answer

  const mine = () => world.people.filter((person) => person.role === role);

  // ---- acts ----

  async function doing_(name, body) {
    startTyping();
    try {
      return await act(name, { who, ...body });
    } catch (error) {
      stopTyping();
      showToast(error.message);
      return null;
    }
  }

  async function say(text) {
    log.scrollTop = log.scrollHeight;
    return doing_("say", { text });
  }

  async function press(message, button, key) {
    key.setAttribute("aria-busy", "true");
    const answer = await doing_("press", { message_id: message.message_id, data: button.callback_data });
    if (answer) waits.set(answer.query_id, key);
    else key.removeAttribute("aria-busy");
    answered(world.chats.get(who));
  }

  async function open(link) {
    const answer = await doing_("open", { link, mine: role === "client" });
    stopTyping();
    if (answer) opened(answer.who);
  }

  function enlarge(source, description) {
    const dialog = document.getElementById("picture");
    const image = dialog.querySelector("img");
    image.src = source;
    image.alt = description;
    dialog.showModal();
  }

  // ---- what the bot is doing ----

  function startTyping() {
    stopTyping();
    if (world.bot !== "running") return showDoing();
    typing = setTimeout(() => {
      doing.textContent = "typing…";
      typing = setTimeout(stopTyping, UNTIL_GIVEN_UP);
    }, UNTIL_TYPING);
  }

  function stopTyping() {
    clearTimeout(typing);
    showDoing();
  }

  function showDoing() {
    doing.textContent = world.bot === "running" ? "bot" : "bot (not running)";
  }

  function showToast(text) {
    clearTimeout(toastTimer);
    toast.textContent = text;
    toast.hidden = false;
    toastTimer = setTimeout(() => (toast.hidden = true), TOAST_STAYS);
  }

  /** Take the waiting look off buttons whose press was answered. */
  function answered(chat) {
    for (const notice of chat?.toasts ?? []) {
      waits.get(notice.query_id)?.removeAttribute("aria-busy");
      waits.delete(notice.query_id);
    }
  }

  function alert(text) {
    document.getElementById("alert-text").textContent = text;
    document.getElementById("alert").showModal();
  }

  // ---- what is shown ----

  function show() {
    const person = world.people.find((known) => known.id === who);
    const chat = world.chats.get(who);
    if (!person) return;
    const name = person.code ? `${person.name}, known as ${person.code}` : person.name;
    part("h2").replaceChildren(`${TITLES[role]} `, element("span", {}, name));
    log.setAttribute("aria-label", `${person.name}'s chat with Attune`);
    field.setAttribute("aria-label", `Message from ${person.name} to Attune`);
    const fresh = !chat || (chat.closed === NEVER_WROTE && !chat.messages.length);
    form.hidden = fresh;
    begin.hidden = !fresh;
    log.classList.toggle("empty", fresh);
    if (fresh) log.replaceChildren(hint(person));
    else {
      log.querySelector(".hint")?.remove();
      showMessages(log, chat.messages, who, { say, press, open, enlarge });
    }
    world.read.set(who, root.offsetParent ? (chat?.messages.at(-1)?.message_id ?? 0) : (world.read.get(who) ?? 0));
  }

  function hint(person) {
    const where = role === "client" ? "Click the link or the QR code in the therapist's phone." : "Click the link in the admin's phone.";
    return element("p", { class: "hint" }, `${person.name} has not opened the chat yet. ${where}`);
  }

  function showSelect() {
    const people = mine();
    part(".which").hidden = people.length < 2;
    part(".which").classList.toggle("news", people.some((person) => person.id !== who && unread(person.id)));
    const options = people.map((person) => {
      const news = person.id !== who && unread(person.id) ? " (new)" : "";
      return new Option(`${person.name}${person.code ? `, ${person.code}` : ""}${news}`, person.id, false, person.id === who);
    });
    if (options.map((o) => o.text + o.selected).join() !== [...select.options].map((o) => o.text + o.selected).join()) {
      select.replaceChildren(...options);
    }
  }

  function unread(id) {
    return (world.chats.get(id)?.messages.at(-1)?.message_id ?? 0) > (world.read.get(id) ?? 0);
  }

  // ---- wiring ----

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = field.value;
    if (!text.trim()) return;
    field.value = "";
    if (!(await say(text))) field.value ||= text;
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  begin.addEventListener("click", () => say("/start").then(() => field.focus()));
  select.addEventListener("change", () => choose(Number(select.value)));
  part("input[type=file]").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    event.target.value = "";
    if (!file) return;
    try {
      await doing_("upload", { name: file.name, content: await base64Of(file) });
    } catch (error) {
      showToast(error.message);
    }
  });
  stayAtEnd(log);
  commandMenu(root, () => who, say);

  function choose(id) {
    who = id;
    log.replaceChildren();
    show();
    showSelect();
    log.scrollTop = log.scrollHeight;
  }

  return {
    root,
    role,
    choose,
    who: () => who,
    toEnd: () => (log.scrollTop = log.scrollHeight),
    focus: () => (begin.hidden ? log : begin).focus(),
    unread: () => mine().some((person) => unread(person.id)),

    /** People or the bot's state have changed. */
    stageChanged() {
      if (who === null && mine().length) choose(mine()[0].id);
      showDoing();
      show();
      showSelect();
    },

    /** A chat has changed; `before` is what it was, undefined the first time. */
    chatChanged(chat, before) {
      if (!before) world.read.set(chat.id, chat.messages.at(-1)?.message_id ?? 0);
      if (chat.id === who) {
        if (!before || byBot(chat) !== byBot(before)) stopTyping();
        answered(chat);
        show();
        for (const notice of before ? newToasts(chat, before) : []) (notice.alert ? alert : showToast)(notice.text);
      }
      showSelect();
    },
  };
}

/** What the bot has done in a chat, to tell whether it did something new. */
function byBot(chat) {
  return JSON.stringify([chat.messages.filter((message) => message.from.is_bot), chat.toasts.at(-1)?.query_id]);
}

function newToasts(chat, before) {
  const known = new Set(before.toasts.map((notice) => notice.query_id));
  return chat.toasts.filter((notice) => notice.text && !known.has(notice.query_id));
}
