// Files of a working paper: hashed and sent in pieces, gone on with where a connection broke, one after another.
// Only the last piece of a file makes a new version of the paper: the pieces before it hold up nothing else.

import { Sha256 } from "./sha256.js";

const PIECE = 512 * 1024;
const HASHED = 2 * 1024 * 1024;
const TRIES = 6;
const MIB = 1024 * 1024;
let line = Promise.resolve();
let under = [];

const told = (bytes) => (bytes < MIB ? `${Math.ceil(bytes / 1024)} KiB` : `${(bytes / MIB).toFixed(1)} MiB`);
const list = () => document.getElementById("uploading");

function refusal(add, file) {
  const endings = add.dataset.endings.split(",");
  const ending = file.name.split(".").pop().toLowerCase();
  if (!endings.includes(ending)) return `只收 ${endings.join("、")} 文件`;
  if (file.size === 0) return "是空文件";
  if (file.size > Number(add.dataset.most)) return `有 ${told(file.size)}，一个附件不得超过 ${told(Number(add.dataset.most))}`;
  return "";
}

// ``inTurn`` runs what makes a new version; ``after`` draws the list anew once nothing is under way any more.
export function begin(add, files, { inTurn, setVersion, after }) {
  const free = Number(add.dataset.files) - Number(add.dataset.have) - under.filter((one) => !one.ended).length;
  [...files].forEach((file, place) => {
    const one = row(file, add);
    const why = place >= free ? `附件最多 ${add.dataset.files} 件，这一件没有上传` : refusal(add, file);
    if (why) return one.fail(why, null);
    under.push(one);
    return start(one, { inTurn, setVersion, after });
  });
  overall();
}

function start(one, ways) {
  line = line.then(async () => {
    await send(one, ways).catch((error) => one.fail(error.message, () => start(one, ways)));
    one.ended = true;
    if (under.every((each) => each.ended)) {
      under = [];
      await ways.inTurn(ways.after);
    }
    overall();
  });
}

function row(file, add) {
  const item = document.createElement("li");
  const name = document.createElement("span");
  const bar = document.createElement("progress");
  const words = document.createElement("span");
  name.className = "upload-name";
  name.textContent = file.name;
  name.title = file.name;
  bar.max = file.size || 1;
  bar.value = 0;
  words.className = "quiet";
  words.textContent = `${told(file.size)} 等待上传`;
  item.append(name, bar, words);
  list().append(item);
  const one = {
    file, add, done: 0, ended: false, role: document.getElementById("f-role").value,
    say(bytes, text) { one.done = bytes; bar.value = bytes; words.textContent = text; overall(); },
    fail(text, again) {
      one.ended = true;
      bar.remove();
      item.className = "fault";
      item.dataset.kept = "1";
      words.textContent = ` ${text}`;
      if (!again) return;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-sm btn-outline-primary";
      button.textContent = "继续上传";
      button.addEventListener("click", () => {
        item.className = "";
        delete item.dataset.kept;
        button.remove();
        words.before(bar);
        one.ended = false;
        under.push(one);
        again();
      });
      item.append(" ", button);
    },
    end() { item.remove(); },
  };
  return one;
}

function overall() {
  const place = document.getElementById("upload-all");
  if (!place) return;
  const all = under.reduce((sum, one) => sum + one.file.size, 0);
  const here = under.reduce((sum, one) => sum + one.done, 0);
  place.hidden = under.length === 0;
  place.querySelector("progress").max = all || 1;
  place.querySelector("progress").value = here;
  place.querySelector("span").textContent =
    `共 ${under.length} 件，已完成 ${under.filter((one) => one.ended).length} 件；${told(here)} / ${told(all)}`;
}

async function digestOf(one) {
  const hash = new Sha256();
  for (let at = 0; at < one.file.size; at += HASHED) {
    hash.update(new Uint8Array(await one.file.slice(at, at + HASHED).arrayBuffer()));
    one.say(0, `正在核对 ${Math.floor((100 * at) / one.file.size)}%`);
  }
  return hash.hex();
}

async function send(one, { inTurn, setVersion }) {
  const { file, add } = one;
  one.digest ??= await digestOf(one);
  const address = `${add.dataset.upload}${one.digest}`;
  let at = null;
  for (let tries = 0; tries < TRIES;) {
    try {
      at ??= (await (await fetch(address)).json()).received;
      const last = at + PIECE >= file.size;
      const put = () => fetch(`${address}?${new URLSearchParams({ name: file.name, size: file.size, role: one.role, start: at })}`, {
        method: "PUT", body: file.slice(at, at + PIECE), headers: { "Content-Type": "application/octet-stream" },
      });
      const answer = await (last ? inTurn(put) : put());
      const said = await answer.json();
      if (answer.status === 409 || answer.status === 503) {
        tries += 1;
        one.say(one.done, said.detail ?? "稍后续传");
        at = null;
        await rest(tries);
        continue;
      }
      if (!answer.ok) return one.fail(said.detail ?? "上传被拒绝", null);
      tries = 0;
      at = said.received;
      one.say(at, `${Math.floor((100 * at) / file.size)}%（${told(at)} / ${told(file.size)}）`);
      if (said.version) {
        setVersion(said.version);
        return one.end();
      }
    } catch {
      tries += 1;
      at = null;
      one.say(one.done, "连接中断，正在续传…");
      await rest(tries);
    }
  }
  throw new Error("连接中断，已传的部分保留七天");
}

const rest = (tries) => new Promise((done) => { setTimeout(done, 1000 * tries); });
