// Sealed bodies once more, with @hpke/core and Web Crypto: reads one JSON task from standard input, writes the answer.
import { createHash, createHmac, randomBytes, webcrypto } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } = createRequire(process.argv[2])("@hpke/core");
const suite = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
const CHUNK = 65536;
const bytes = (hex) => Uint8Array.from(Buffer.from(hex, "hex"));
const hex = (data) => Buffer.from(data).toString("hex");
const whole = (data) => data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);

const nonce = (index, last) => {
  const made = Buffer.alloc(12);
  made.writeUInt32BE(index, 7);
  made[11] = last ? 1 : 0;
  return made;
};

const bucket = (size) => {
  if (size > CHUNK) return Math.ceil(size / CHUNK) * CHUNK;
  let found = 512;
  while (found < size) found *= 2;
  return found;
};

async function inChunks(usage, key, data, step) {
  const secret = await webcrypto.subtle.importKey("raw", key, "AES-GCM", false, [usage]);
  const last = Math.ceil(data.length / step) - 1;
  const made = [];
  for (let index = 0; index <= last; index += 1) {
    const cut = data.subarray(index * step, (index + 1) * step);
    made.push(Buffer.from(await webcrypto.subtle[usage]({ name: "AES-GCM", iv: nonce(index, index === last) }, secret, cut)));
  }
  return Buffer.concat(made);
}

const derived = (secret, binding) => createHmac("sha256", Buffer.from(secret)).update(bytes(binding)).digest();

async function open({ sealed, secret, name, info, binding }) {
  const data = bytes(sealed);
  const count = Buffer.from(data).readUInt16BE(4);
  for (let at = 6; at < 6 + 88 * count; at += 88) {
    if (hex(data.subarray(at, at + 8)) !== name) continue;
    const recipientKey = await suite.kem.deserializePrivateKey(whole(bytes(secret)));
    const context = { recipientKey, enc: whole(data.slice(at + 8, at + 40)), info: whole(bytes(info)) };
    const key = derived(await suite.open(context, whole(data.slice(at + 40, at + 88))), binding);
    const plain = await inChunks("decrypt", key, data.subarray(6 + 88 * count), CHUNK + 16);
    const body = plain.subarray(36, 36 + plain.readUInt32BE(32));
    const commit = createHash("sha256").update(plain.subarray(0, 32)).update(body).digest("hex");
    return { body: hex(body), commit };
  }
  return { body: null };
}

async function seal({ body, publics, info, binding }) {
  const secret = randomBytes(32);
  const random = randomBytes(32);
  const text = bytes(body);
  const plain = Buffer.alloc(bucket(36 + text.length));
  random.copy(plain);
  plain.writeUInt32BE(text.length, 32);
  plain.set(text, 36);
  const entries = [];
  for (const [name, key64] of Object.entries(publics).sort()) {
    const recipientPublicKey = await suite.kem.deserializePublicKey(whole(bytes(key64)));
    const made = await suite.seal({ recipientPublicKey, info: whole(bytes(info)) }, whole(Uint8Array.from(secret)));
    entries.push(bytes(name), new Uint8Array(made.enc), new Uint8Array(made.ct));
  }
  const head = Buffer.from("APS2\0\0", "latin1");
  head.writeUInt16BE(entries.length / 3, 4);
  const commit = createHash("sha256").update(random).update(text).digest("hex");
  return { sealed: hex(Buffer.concat([head, ...entries, await inChunks("encrypt", derived(secret, binding), plain, CHUNK)])), commit };
}

const task = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(await (task.seal ? seal(task.seal) : open(task.open))));
