// SHA-256 (FIPS 180-4) over pieces: the browser's own digest wants a whole file in memory, this one a few bytes.

const K = new Int32Array(64);
const FIRST = new Int32Array(8);
for (let number = 2, found = 0; found < 64; number += 1) {
  let prime = true;
  for (let other = 2; other * other <= number; other += 1) if (number % other === 0) { prime = false; break; }
  if (!prime) continue;
  const part = (root) => ((root - Math.floor(root)) * 0x100000000) | 0;
  if (found < 8) FIRST[found] = part(Math.sqrt(number));
  K[found] = part(Math.cbrt(number));
  found += 1;
}

export class Sha256 {
  #state = Int32Array.from(FIRST);
  #words = new Int32Array(64);
  #block = new Uint8Array(64);
  #filled = 0;
  #bytes = 0;

  update(piece) {
    this.#bytes += piece.length;
    let at = 0;
    while (at < piece.length) {
      const taken = Math.min(64 - this.#filled, piece.length - at);
      this.#block.set(piece.subarray(at, at + taken), this.#filled);
      this.#filled += taken;
      at += taken;
      if (this.#filled === 64) {
        this.#mix();
        this.#filled = 0;
      }
    }
    return this;
  }

  hex() {
    const bits = this.#bytes * 8;
    const rest = new Uint8Array((this.#filled < 56 ? 64 : 128) - this.#filled);
    rest[0] = 0x80;
    const view = new DataView(rest.buffer);
    view.setUint32(rest.length - 8, Math.floor(bits / 0x100000000));
    view.setUint32(rest.length - 4, bits >>> 0);
    this.update(rest);
    return [...this.#state].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  }

  #mix() {
    const w = this.#words;
    const block = this.#block;
    for (let i = 0; i < 16; i += 1) {
      const j = 4 * i;
      w[i] = (block[j] << 24) | (block[j + 1] << 16) | (block[j + 2] << 8) | block[j + 3];
    }
    for (let i = 16; i < 64; i += 1) {
      const x = w[i - 15];
      const y = w[i - 2];
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
    }
    let [a, b, c, d, e, f, g, h] = this.#state;
    for (let i = 0; i < 64; i += 1) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
    }
    const state = this.#state;
    state[0] += a; state[1] += b; state[2] += c; state[3] += d; state[4] += e; state[5] += f; state[6] += g; state[7] += h;
  }
}
