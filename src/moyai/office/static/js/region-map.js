// The region's map, coloured by a figure of the table beside it. The table is the source: without this script it is
// all there is, and everything shown here is read from it. See docs/reference/design-system.md for the attributes.

import { classOf, quantiles } from "./classes.js";
import { labelPoint } from "./label-points.js";
import { boundsOf, collection, colour, createMap, getJson, start, textLayer } from "./map-frame.js";

const SHADES = 5;

function readFigures(table) {
  return [...table.querySelectorAll("thead th")].flatMap((head, column) =>
    head.dataset.figure
      ? [{ column, key: head.dataset.figure, unit: head.dataset.unit ?? "", digits: Number(head.dataset.digits ?? 0), label: head.textContent.trim() }]
      : [],
  );
}

function readTowns(table) {
  return [...table.querySelectorAll("tbody tr[data-code]")].map((row) => {
    const link = row.querySelector("a[href]");
    return { code: row.dataset.code, name: link.textContent.trim(), href: link.href, link, row };
  });
}

function valueOf(town, figure) {
  const cell = town.row.cells[figure.column];
  const number = cell.dataset.value === undefined || cell.dataset.value === "" ? NaN : Number(cell.dataset.value);
  return { number, text: cell.textContent.trim() };
}

class RegionMap {
  constructor(root, table, boundaries) {
    this.root = root;
    this.towns = readTowns(table);
    this.byCode = Object.fromEntries(this.towns.map((town) => [town.code, town]));
    this.figures = readFigures(table);
    this.shapes = boundaries.features.filter((shape) => this.byCode[shape.properties.code]);
    this.part = (name) => root.querySelector(`[data-map-${name}]`);
    this.chosen = null;
    this.fillSelect();
    this.fillListbox();
    this.map = createMap(root, this.part("canvas"), this.content());
    this.listen();
    this.map.on("load", () => this.showFigure());
    this.map.on("idle", () => this.report());
  }

  content() {
    const names = this.shapes.map((shape) => ({
      type: "Feature",
      geometry: { type: "Point", coordinates: labelPoint(shape.geometry) },
      properties: { name: this.byCode[shape.properties.code].name },
    }));
    return {
      sources: {
        towns: { type: "geojson", data: collection(this.shapes), tolerance: 0.1 },
        names: { type: "geojson", data: collection(names) },
      },
      layers: this.layers(),
      bounds: boundsOf(this.shapes),
    };
  }

  layers() {
    const line = (id, paint, rest = {}) => ({ id, type: "line", source: "towns", layout: { "line-join": "round" }, paint, ...rest });
    const [ink, paper] = [colour(this.root, "--map-ink"), colour(this.root, "--map-paper")];
    const none = ["==", ["get", "code"], ""];
    return [
      { id: "towns", type: "fill", source: "towns", paint: { "fill-color": colour(this.root, "--map-unknown") } },
      // A dark line on a pale one stands out from the palest and from the darkest shade alike.
      line("pale", { "line-color": paper, "line-width": 2.5 }),
      line("border", { "line-color": ink, "line-width": 0.8 }),
      line("halo", { "line-color": colour(this.root, "--map-halo"), "line-width": 7 }, { filter: none }),
      line("chosen", { "line-color": colour(this.root, "--map-chosen"), "line-width": 3 }, { filter: none }),
      textLayer("names", "names", ["get", "name"], {
        layout: { "text-padding": 1 },
        paint: { "text-color": colour(this.root, "--map-text"), "text-halo-color": paper, "text-halo-width": 1.8 },
      }),
    ];
  }

  fillSelect() {
    const select = this.part("figure");
    select.replaceChildren(...this.figures.map(({ key, label }) => new Option(label, key)));
    const asked = new URLSearchParams(location.search).get("figure");
    if (this.figures.some(({ key }) => key === asked)) select.value = asked;
  }

  fillListbox() {
    const list = this.part("towns");
    list.replaceChildren(
      ...this.towns.map(({ code, name }) => {
        const option = document.createElement("div");
        Object.assign(option, { id: `town-${code}`, textContent: name });
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        return option;
      }),
    );
  }

  get figure() {
    return this.figures.find(({ key }) => key === this.part("figure").value);
  }

  showFigure() {
    const values = this.towns.map((town) => valueOf(town, this.figure).number);
    const classes = quantiles(values, SHADES);
    const shade = (place) => colour(this.root, place < 0 ? "--map-unknown" : `--map-shade-${this.shadeOf(place, classes)}`);
    const pairs = this.towns.flatMap(({ code }, i) => [code, shade(classOf(classes, values[i]))]);
    this.map.setPaintProperty("towns", "fill-color", ["match", ["get", "code"], ...pairs, shade(-1)]);
    this.isColoured = true;
    this.showLegend(classes, values.filter((value) => !Number.isFinite(value)).length);
    if (this.chosen) this.showReadout();
  }

  // Few classes are spread over the whole scale, so that low and high stay far apart.
  shadeOf(place, classes) {
    return classes.length < 2 ? 1 : Math.round((place * (SHADES - 1)) / (classes.length - 1)) + 1;
  }

  showLegend(classes, unknown) {
    const { label, unit, digits } = this.figure;
    const format = new Intl.NumberFormat(document.documentElement.lang, { minimumFractionDigits: digits, maximumFractionDigits: digits });
    const range = ({ low, high }) => {
      const ends = [low, high].map((value) => format.format(value));
      return (ends[0] === ends[1] ? ends[0] : ends.join(" – ")) + unit;
    };
    const lines = classes.map((each, place) => this.legendLine(`shade-${this.shadeOf(place, classes)}`, range(each), each.count));
    if (unknown) lines.push(this.legendLine("unknown", this.root.dataset.unknown, unknown));
    this.part("legend-title").textContent = unit ? `${label}（${unit}）` : label;
    this.part("legend").replaceChildren(...lines);
  }

  legendLine(shade, text, count) {
    const line = document.createElement("li");
    const swatch = document.createElement("span");
    swatch.className = `swatch ${shade}`;
    const note = document.createElement("span");
    note.className = "legend-count";
    note.textContent = this.root.dataset.count.replace("{count}", count);
    line.append(swatch, text, note);
    return line;
  }

  choose(code) {
    if (code === this.chosen?.code) return;
    this.mark(false);
    this.chosen = this.byCode[code] ?? null;
    this.mark(true);
    for (const layer of ["halo", "chosen"]) this.map.setFilter(layer, ["==", ["get", "code"], code ?? ""]);
    if (this.chosen) this.showReadout();
  }

  mark(on) {
    if (!this.chosen) return;
    this.chosen.row.classList.toggle("chosen", on);
    document.getElementById(`town-${this.chosen.code}`).setAttribute("aria-selected", String(on));
    this.part("towns").setAttribute("aria-activedescendant", on ? `town-${this.chosen.code}` : "");
  }

  showReadout() {
    const link = document.createElement("a");
    Object.assign(link, { href: this.chosen.href, textContent: this.chosen.name, tabIndex: -1 });
    const { number, text } = valueOf(this.chosen, this.figure);
    const value = Number.isFinite(number) ? `${text}${text.endsWith(this.figure.unit) ? "" : this.figure.unit}` : this.root.dataset.unknown;
    this.part("readout").replaceChildren(link, ` ${this.figure.label} ${value}`);
  }

  listen() {
    const { map } = this;
    map.on("mousemove", "towns", ({ features }) => {
      map.getCanvas().style.cursor = "pointer";
      this.choose(features[0].properties.code);
    });
    map.on("mouseleave", "towns", () => { map.getCanvas().style.cursor = ""; });
    map.on("click", "towns", (event) => this.click(event));
    this.part("figure").addEventListener("change", () => this.changeFigure());
    this.part("towns").addEventListener("keydown", (event) => this.key(event));
    this.part("towns").addEventListener("focus", () => this.choose(this.chosen?.code ?? this.towns[0].code));
    for (const { code, row } of this.towns) {
      row.addEventListener("focusin", () => this.choose(code));
      row.addEventListener("pointerenter", () => this.choose(code));
    }
  }

  // A finger cannot hover: its first touch chooses and shows, a second on the same town opens.
  click({ features, originalEvent }) {
    const { code } = features[0].properties;
    const again = code === this.touched;
    this.touched = code;
    this.choose(code);
    if (originalEvent.pointerType !== "touch" || again) location.assign(this.chosen.href);
  }

  changeFigure() {
    const address = new URL(location.href);
    address.searchParams.set("figure", this.figure.key);
    history.replaceState(history.state, "", address);
    this.showFigure();
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const last = this.towns.length - 1;
    const at = this.towns.indexOf(this.chosen);
    const places = {
      ArrowDown: Math.min(at + 1, last), ArrowRight: Math.min(at + 1, last),
      ArrowUp: Math.max(at - 1, 0), ArrowLeft: Math.max(at - 1, 0), Home: 0, End: last,
    };
    if (event.key === "Enter" && this.chosen) location.assign(this.chosen.href);
    else if (event.key in places) this.goTo(this.towns[places[event.key]].code);
    else return;
    event.preventDefault();
  }

  goTo(code) {
    this.choose(code);
    const shape = this.shapes.find(({ properties }) => properties.code === code);
    const [x, y] = shape ? labelPoint(shape.geometry) : [NaN, NaN];
    if (shape && !this.map.getBounds().contains([x, y])) this.map.panTo([x, y]);
  }

  // Idle comes once before the first figure is shown, and again after it.
  report() {
    if (!this.isColoured) return;
    const drawn = this.map.queryRenderedFeatures({ layers: ["towns"] });
    this.root.dataset.towns = new Set(drawn.map(({ properties }) => properties.code)).size;
    this.root.dataset.state = "ready";
  }
}

async function build(root) {
  const table = document.querySelector(root.dataset.figures);
  new RegionMap(root, table, await getJson(root.dataset.boundaries));
}

for (const root of document.querySelectorAll("[data-map]")) start(root, build);
