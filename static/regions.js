"use strict";
/* A word's place in the image: a small grid of attention, drawn over the picture, said in words, and asked the other
   way round. */

const LONG_SIDE = 640; // pixels of the overlay; the browser scales it up, and its edges are soft
const EDGE = 0.5; // of the word's own maximum: what lies above is its region
const SOFTNESS = 0.18;
const DIMMED = 0.72;
const MANY = 0.5; // of all cells: then it is no place
const FLATTEST = 0.004; // a rise per pixel below which the outline does not grow wider

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/* The cells around a place (0 to 1) on an axis and their weights: a cubic B-spline, smooth, and never below 0. */
function spline(place, cells) {
  const at = place * cells - 0.5;
  const first = Math.floor(at);
  const t = at - first;
  const weights = [(1 - t) ** 3, 3 * t ** 3 - 6 * t ** 2 + 4, -3 * t ** 3 + 3 * t ** 2 + 3 * t + 1, t ** 3];
  return weights.map((weight, index) => [clamp(first - 1 + index, 0, cells - 1), weight / 6]);
}

function smoothstep(low, high, value) {
  const t = clamp((value - low) / (high - low), 0, 1);
  return t * t * (3 - 2 * t);
}

class Region {
  /* `digits`: 0 to 9 for each cell, row by row; the grid covers the whole image. */
  constructor(digits, rows, columns) {
    this.values = Float32Array.from(digits, Number);
    Object.assign(this, { rows, columns, sum: this.values.reduce((sum, value) => sum + value, 0) });
    this.peak = Math.max(...this.smooth(columns * 4, rows * 4));
  }

  /* The grid as a picture of so many pixels, row by row. */
  smooth(width, height) {
    const wide = new Float32Array(this.rows * width);
    for (let x = 0; x < width; x++)
      for (const [column, weight] of spline((x + 0.5) / width, this.columns))
        for (let row = 0; row < this.rows; row++)
          wide[row * width + x] += weight * this.values[row * this.columns + column];
    const field = new Float32Array(height * width);
    for (let y = 0; y < height; y++)
      for (const [row, weight] of spline((y + 0.5) / height, this.rows))
        for (let x = 0; x < width; x++) field[y * width + x] += weight * wide[row * width + x];
    return field;
  }

  /* How much the word attends to a place, of its own maximum. */
  at(x, y) {
    let sum = 0;
    for (const [row, down] of spline(y, this.rows))
      for (const [column, along] of spline(x, this.columns))
        sum += down * along * this.values[row * this.columns + column];
    return this.peak && sum / this.peak;
  }

  /* Which part of the word's whole attention goes there. */
  share(x, y) {
    return this.sum && (this.at(x, y) * this.peak) / this.sum;
  }

  /* The number of the ninth of the image that it lies in, row by row; 9 when it lies in none. */
  get ninth() {
    let [count, weight, across, down] = [0, 0, 0, 0];
    this.values.forEach((value, index) => {
      const [x, y] = [(index % this.columns) + 0.5, Math.floor(index / this.columns) + 0.5];
      if (!value || this.at(x / this.columns, y / this.rows) < EDGE) return;
      count += 1;
      weight += value;
      across += value * x;
      down += value * y;
    });
    if (!count || count > MANY * this.values.length) return 9;
    const third = (sum, cells) => Math.floor(clamp((3 * sum) / weight / cells, 0, 2));
    return 3 * third(down, this.rows) + third(across, this.columns);
  }

  /* Dim all but the region, and draw its outline, light on dark so that it is seen on any picture. */
  paint(canvas, ratio) {
    canvas.width = Math.round(LONG_SIDE * Math.min(1, ratio));
    canvas.height = Math.round(canvas.width / ratio);
    const { width, height } = canvas;
    const field = this.smooth(width, height);
    const context = canvas.getContext("2d");
    const picture = context.createImageData(width, height);
    const { data } = picture;
    for (let at = 0; at < field.length; at++) {
      const level = field[at] / this.peak;
      const dim = DIMMED * (1 - smoothstep(EDGE - SOFTNESS, EDGE + SOFTNESS, level));
      const beside = Math.abs(level - EDGE) < SOFTNESS;
      const away = beside ? Math.abs(level - EDGE) / Math.max(this.rise(field, at, width), FLATTEST) : Infinity;
      const line = 0.9 * clamp(1.4 - away, 0, 1);
      const shadow = Math.max(dim, 0.6 * clamp(3 - away, 0, 1));
      const alpha = line + shadow * (1 - line);
      if (line) data[at * 4] = data[at * 4 + 1] = data[at * 4 + 2] = (255 * line) / alpha;
      data[at * 4 + 3] = 255 * alpha;
    }
    context.putImageData(picture, 0, 0);
  }

  /* How steep the field is at a pixel, per pixel, of the word's own maximum. */
  rise(field, at, width) {
    const across = (field[at + 1] ?? field[at]) - (field[at - 1] ?? field[at]);
    const down = (field[at + width] ?? field[at]) - (field[at - width] ?? field[at]);
    return Math.sqrt(across * across + down * down) / 2 / this.peak;
  }
}

/* Where in the picture, as `object-fit: contain` draws it, the pointer is: [x, y] from 0 to 1; null outside. */
function placeIn(image, { clientX, clientY }) {
  const box = image.getBoundingClientRect();
  const scale = Math.min(box.width / image.naturalWidth, box.height / image.naturalHeight);
  const x = 0.5 + (clientX - box.left - box.width / 2) / (image.naturalWidth * scale);
  const y = 0.5 + (clientY - box.top - box.height / 2) / (image.naturalHeight * scale);
  return x >= 0 && x <= 1 && y >= 0 && y <= 1 ? [x, y] : null;
}
