// The drafting screen's comfort: saves by itself, changes rows in place, takes in spreadsheets, uploads in pieces.
// Everything here ends in the same forms and addresses that the page has without script.

import { filters } from "./filter.js";
import { begin } from "./uploads.js";

const PAUSE = 2500;
const form = () => document.getElementById("paper-form");
const status = (text, wrong = false) => {
  const place = document.getElementById("autosave");
  if (!place) return;
  place.textContent = text;
  place.classList.toggle("fault", wrong);
};

let timer = 0;
let busy = Promise.resolve();
let running = 0;
let dirty = false;
let leaving = false;

// One request after another: two at once would each hold the other's version for somebody else's.
const inTurn = (work) => {
  running += 1;
  busy = busy.then(work, work).finally(() => { running -= 1; });
  return busy;
};

const fieldsOf = (from, extra = {}) => {
  const data = new URLSearchParams();
  for (const [name, value] of new FormData(from)) if (typeof value === "string") data.append(name, value);
  for (const [name, value] of Object.entries(extra)) data.set(name, value);
  return data;
};

const setVersion = (version) => {
  const field = form()?.elements.namedItem("_version");
  if (field) field.value = version;
};

async function autosave(extra = {}) {
  const here = form();
  if (!here || leaving || (!dirty && !extra._over)) return;
  dirty = false;
  status("正在保存…");
  let answer;
  try {
    answer = await fetch(here.dataset.autosave, { method: "POST", body: fieldsOf(here, extra) });
  } catch {
    dirty = true;
    status("网络不通，内容仍在本页，恢复后自动保存", true);
    timer = setTimeout(() => inTurn(autosave), 4 * PAUSE);
    return;
  }
  const isJson = (answer.headers.get("content-type") ?? "").includes("json");
  const told = isJson ? await answer.json() : {};
  if (answer.ok && told.version) {
    setVersion(told.version);
    if (here.dataset.autosave.endsWith("/papers/autosave")) {
      here.action = `/papers/${told.id}`;
      here.dataset.autosave = `/papers/${told.id}/autosave`;
      history.replaceState(null, "", `/papers/${told.id}`);
    }
    status(`已自动保存 ${told.at}`);
  } else if (answer.status === 409 && told.version) {
    conflict(told);
  } else {
    dirty = true;
    status(told.detail ? `未能自动保存：${told.detail}` : "未能自动保存，请复制所填内容后重新登录", true);
  }
}

function conflict(told) {
  status("", false);
  document.getElementById("clash")?.remove();
  const box = document.createElement("div");
  box.id = "clash";
  box.className = "bad";
  box.setAttribute("role", "alert");
  const text = document.createElement("p");
  text.textContent = `${told.editor} 已保存为第 ${told.version} 版，您的改动还没有保存。`;
  const mine = document.createElement("button");
  mine.type = "button";
  mine.className = "btn btn-sm btn-primary";
  mine.textContent = "用我的内容保存";
  mine.addEventListener("click", () => { box.remove(); inTurn(() => autosave({ _over: "1" })); });
  const theirs = document.createElement("a");
  theirs.className = "btn btn-sm btn-outline-primary";
  theirs.href = location.pathname;
  theirs.textContent = "放弃我的改动，看对方的内容";
  theirs.addEventListener("click", () => { leaving = true; });
  box.append(text, mine, " ", theirs);
  document.querySelector(".paper-main")?.prepend(box);
  box.scrollIntoView({ block: "center" });
}

document.addEventListener("input", (event) => {
  if (!event.target.closest?.("#paper-form") || event.target.type === "file") return;
  dirty = true;
  status("有未保存的改动");
  clearTimeout(timer);
  timer = setTimeout(() => inTurn(autosave), PAUSE);
});

// Rows are added and taken out by the server, whose page replaces ours: one way of doing it, with script and without.
const IN_PLACE = /^(add|drop|paste|number|detach):/;
let itsTurn = false;
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (event.target !== form()) return;
  clearTimeout(timer);
  const stays = button && IN_PLACE.test(button.value) && !button.hasAttribute("formaction");
  if (!stays && (itsTurn || !running)) {
    leaving = true;
    return;
  }
  event.preventDefault();
  inTurn(stays ? () => inPlace(button.name, button.value) : () => press(button));
});

// Leaving waits for what is on its way: only its answer tells which paper and which version this form is.
function press(button) {
  const same = (one) => one.type === "submit" && one.name === button?.name && one.value === button?.value;
  const now = button?.isConnected ? button : [...form().elements].find(same);
  enable();
  itsTurn = true;
  form().requestSubmit(now ?? null);
  itsTurn = false;
}

function enable() {
  for (const one of form().elements) if (one.type === "submit" && !("off" in one.dataset)) one.disabled = false;
}

async function inPlace(name, value) {
  const here = form();
  dirty = false;
  let answer;
  try {
    answer = await fetch(here.action, { method: "POST", body: fieldsOf(here, { [name]: value }) });
  } catch {
    dirty = true;
    status("网络不通，没有办理；内容仍在本页", true);
    enable();
    return;
  }
  await swap(await answer.text(), answer.url);
  const list = value.split(":")[1].replace(/\.\d+$/, "");
  const rows = document.querySelector(`[data-rows="${CSS.escape(list)}"]`);
  const last = rows?.querySelector("tr:last-child, .form-card:last-of-type");
  if (value.startsWith("add:")) last?.querySelector("select, textarea, input:not([inputmode=numeric])")?.focus();
}

async function swap(text, url) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const fresh = page.getElementById("paper-form");
  if (!fresh) {
    location.href = url;
    return;
  }
  const top = window.scrollY;
  const address = new URL(url);
  if (/^\/papers\/[0-9a-f-]{36}$/.test(address.pathname)) history.replaceState(null, "", address.pathname);
  const uploading = [...(document.getElementById("uploading")?.children ?? [])];
  form().replaceWith(document.importNode(fresh, true));
  document.getElementById("uploading")?.append(...uploading);
  window.scrollTo(0, top);
  status("已保存");
  prepare();
}

// Several cells pasted into any field of a list are rows of a spreadsheet.
document.addEventListener("paste", (event) => {
  const rows = event.target.closest?.("[data-rows]");
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!rows || event.target.name?.startsWith("_paste:") || !text.trim().includes("\t")) return;
  event.preventDefault();
  const path = rows.dataset.rows;
  const box = form().elements.namedItem(`_paste:${path}`);
  if (!box) return;
  box.value = text;
  inTurn(() => inPlace("_do", `paste:${path}`));
});

// --- files ----------------------------------------------------------------------------------------------------------

function prepare() {
  const add = document.querySelector("[data-upload]");
  const picker = add?.querySelector("input[type=file]");
  picker?.addEventListener("change", () => {
    const files = [...picker.files];
    picker.value = "";
    // What was typed goes first, for the upload makes a new version.
    inTurn(() => autosave());
    begin(add, files, { inTurn, setVersion, after: refresh });
  });
  document.getElementById("errors")?.focus();
}

// Only the list of files is drawn anew: what is being typed elsewhere stays.
async function refresh() {
  const answer = await fetch(form().action);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("files");
  const kept = [...document.querySelectorAll("#uploading [data-kept]")];
  if (!fresh) return;
  document.getElementById("files").replaceWith(document.importNode(fresh, true));
  document.getElementById("uploading")?.append(...kept);
  filters(document.getElementById("files"));
  prepare();
}

window.addEventListener("beforeunload", (event) => {
  if (dirty && !leaving) event.preventDefault();
});
prepare();
