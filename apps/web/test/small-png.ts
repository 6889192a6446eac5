// A picture of a page in few colours: what a screenshot says, in a fraction of its bytes.
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const colours = 16;

/** Of a PNG with 8 bits a channel and without interlacing, as Chromium makes it. */
export function small(png: Buffer): Buffer {
  const { width, height, pixels } = decoded(png);
  const palette = frequent(pixels);
  const nearest = new Map<number, number>();
  const indexOf = (colour: number): number => {
    const known = nearest.get(colour) ?? closest(colour, palette);
    nearest.set(colour, known);
    return known;
  };
  // Two pixels a byte.
  const stride = Math.ceil(width / 2);
  const rows = Buffer.alloc((stride + 1) * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) rows[y * (stride + 1) + 1 + (x >> 1)]! |= indexOf(pixels[y * width + x]!) << (x % 2 === 0 ? 4 : 0);
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([4, 3], 8);
  const table = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  return Buffer.concat([signature, chunk('IHDR', head), chunk('PLTE', table), chunk('IDAT', deflateSync(rows, { level: 9 })), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

interface Decoded {
  readonly width: number;
  readonly height: number;
  /** 0xrrggbb, row by row. */
  readonly pixels: Uint32Array;
}

function decoded(png: Buffer): Decoded {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const size = png[25] === 6 ? 4 : 3;
  const parts: Buffer[] = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const raw = inflateSync(Buffer.concat(parts));
  const stride = width * size;
  const bytes = Buffer.alloc(stride * height);
  const pixels = new Uint32Array(width * height);
  for (let y = 0; y < height; y += 1) {
    const filter = raw[y * (stride + 1)]!;
    for (let x = 0; x < stride; x += 1) {
      const left = x < size ? 0 : bytes[y * stride + x - size]!;
      const up = y === 0 ? 0 : bytes[(y - 1) * stride + x]!;
      const corner = y === 0 || x < size ? 0 : bytes[(y - 1) * stride + x - size]!;
      bytes[y * stride + x] = raw[y * (stride + 1) + 1 + x]! + predicted(filter, left, up, corner);
    }
    for (let x = 0; x < width; x += 1) pixels[y * width + x] = bytes.readUIntBE(y * stride + x * size, 3);
  }
  return { width, height, pixels };
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  if (filter !== 4) return 0;
  const [a, b, c] = [left, up, corner].map((one) => Math.abs(left + up - corner - one)) as [number, number, number];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

/** Far from each other, the most frequent first. */
function frequent(pixels: Uint32Array): readonly number[] {
  const counts = new Map<number, number>();
  for (const colour of pixels) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const chosen: number[] = [];
  for (const apart of [48, 32, 16, 0]) {
    for (const [colour] of [...counts].sort(([, a], [, b]) => b - a)) {
      if (chosen.length === colours) return chosen;
      if (!chosen.includes(colour) && chosen.every((one) => distance(one, colour) > (chosen.length < 5 ? 8 : apart))) chosen.push(colour);
    }
  }
  return chosen;
}

const closest = (colour: number, palette: readonly number[]): number =>
  palette.reduce((best, one, index) => (distance(one, colour) < distance(palette[best]!, colour) ? index : best), 0);

const distance = (a: number, b: number): number => Math.hypot((a >> 16) - (b >> 16), ((a >> 8) & 255) - ((b >> 8) & 255), (a & 255) - (b & 255));
