// UUIDv7 (RFC 9562), made in the application: ordered by time, and strictly ascending within one process.
import { randomFillSync } from 'node:crypto';

const counterLimit = 0x1000;
const length = 16;
/** Drawn for many at once: to ask for so few takes as long as all the rest. */
const drawn = Buffer.allocUnsafe(256 * length);
let used = drawn.length;
let lastMs = 0;
let counter = 0;

/** Lower-case, 36 characters. The 12 bits after the milliseconds count; when they overflow, the next millisecond is borrowed. */
export function uuidv7(): string {
  const now = Date.now();
  if (used === drawn.length) {
    randomFillSync(drawn);
    used = 0;
  }
  const bytes = drawn.subarray(used, (used += length));
  if (now > lastMs) {
    lastMs = now;
    counter = bytes.readUInt16BE(6) & 0x7ff;
  } else if (++counter === counterLimit) {
    lastMs += 1;
    counter = bytes.readUInt16BE(6) & 0x7ff;
  }
  bytes.writeUIntBE(lastMs, 0, 6);
  bytes.writeUInt16BE(0x7000 | counter, 6);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
