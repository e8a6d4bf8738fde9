// The places of a town or dataset over the town's boundary. The table beside it lists the same places; a row that has
// the focus or the pointer is shown on the map. Data becomes text, never markup.

import { Popup } from "../vendor/maplibre-gl/maplibre-gl.mjs";
import { boundsOf, collection, colour, createMap, getJson, start, textLayer } from "./map-frame.js";

const NONE = collection([]);

function isPlace(feature) {
  return feature.geometry?.type === "Point" && feature.geometry.coordinates.every(Number.isFinite);
}

function safeAddress(text) {
  const address = new URL(text, location.href);
  return ["http:", "https:"].includes(address.protocol) ? address.href : null;
}

function line(tag, name, text) {
  const element = document.createElement(tag);
  element.className = name;
  element.textContent = text;
  return element;
}

function popupContent({ name, address, url }) {
  const box = document.createElement("div");
  const href = url ? safeAddress(url) : null;
  const title = line(href ? "a" : "p", "popup-name", name);
  if (href) title.href = href;
  box.append(title);
  if (address) box.append(line("p", "popup-address", address));
  return box;
}

class PointMap {
  constructor(root, places, shapes) {
    this.root = root;
    this.places = places;
    this.shapes = shapes;
    this.byId = Object.fromEntries(places.map((place) => [String(place.properties.id), place]));
    this.map = createMap(root, root.querySelector("[data-map-canvas]"), this.content());
    this.listen();
    this.map.on("idle", () => this.report());
  }

  get own() {
    return this.shapes.filter(({ properties }) => properties.code === this.root.dataset.code);
  }

  content() {
    const seen = this.own.length ? this.own : this.places.length ? this.places : this.shapes;
    return {
      sources: {
        land: { type: "geojson", data: collection(this.shapes), tolerance: 0.1 },
        places: { type: "geojson", data: collection(this.places), cluster: true, clusterRadius: 44, clusterMaxZoom: 13 },
        chosen: { type: "geojson", data: NONE },
      },
      layers: this.layers(),
      bounds: boundsOf(seen),
    };
  }

  layers() {
    const shade = (name) => colour(this.root, name);
    const circle = (id, source, paint, rest = {}) => ({ id, type: "circle", source, paint: { "circle-stroke-color": shade("--map-paper"), ...paint }, ...rest });
    const isOwn = ["==", ["get", "code"], this.root.dataset.code ?? ""];
    return [
      { id: "land", type: "fill", source: "land", paint: { "fill-color": ["case", isOwn, shade("--map-land"), shade("--map-other")] } },
      { id: "border", type: "line", source: "land", paint: { "line-color": shade("--map-border"), "line-width": 0.8 } },
      { id: "own", type: "line", source: "land", filter: isOwn, paint: { "line-color": shade("--map-ink"), "line-width": 2 } },
      circle("places", "places", { "circle-color": shade("--map-point"), "circle-radius": 7, "circle-stroke-width": 2 }, { filter: ["!", ["has", "point_count"]] }),
      circle("clusters", "places", {
        "circle-color": shade("--map-point"),
        "circle-radius": ["step", ["get", "point_count"], 15, 10, 19, 50, 24],
        "circle-stroke-width": 2,
      }, { filter: ["has", "point_count"] }),
      textLayer("counts", "places", ["to-string", ["get", "point_count"]], {
        filter: ["has", "point_count"],
        layout: { "text-allow-overlap": true, "text-size": 14 },
        paint: { "text-color": shade("--map-paper") },
      }),
      circle("chosen", "chosen", {
        "circle-color": shade("--map-halo"), "circle-radius": 10,
        "circle-stroke-color": shade("--map-chosen"), "circle-stroke-width": 4,
      }),
    ];
  }

  listen() {
    const { map } = this;
    map.on("click", "places", ({ features: [drawn] }) => this.open(this.byId[drawn.properties.id]));
    map.on("click", "clusters", ({ features: [cluster] }) => this.spread(cluster));
    for (const layer of ["places", "clusters"]) {
      map.on("mouseenter", layer, () => { map.getCanvas().style.cursor = "pointer"; });
      map.on("mouseleave", layer, () => { map.getCanvas().style.cursor = ""; });
    }
    // On the document, because paging and searching replace the rows.
    for (const kind of ["focusin", "pointerover"]) {
      document.addEventListener(kind, ({ target }) => this.followRow(target, kind === "focusin"));
    }
  }

  followRow(target, pan) {
    const row = target.closest?.(`${this.root.dataset.table} tr[data-id]`);
    const place = row && this.byId[row.dataset.id];
    if (place && place !== this.chosen) this.choose(place, pan);
  }

  choose(place, pan) {
    this.chosen = place;
    this.map.getSource("chosen")?.setData(collection([place]));
    this.root.querySelector("[data-map-readout]").textContent = place.properties.name;
    if (pan && !this.map.getBounds().contains(place.geometry.coordinates)) this.map.panTo(place.geometry.coordinates);
  }

  open(place) {
    this.choose(place, false);
    this.popup?.remove();
    this.popup = new Popup({ maxWidth: "18rem" })
      .setLngLat(place.geometry.coordinates)
      .setDOMContent(popupContent(place.properties))
      .addTo(this.map);
  }

  async spread(cluster) {
    const zoom = await this.map.getSource("places").getClusterExpansionZoom(cluster.properties.cluster_id);
    this.map.easeTo({ center: cluster.geometry.coordinates, zoom });
  }

  report() {
    this.root.dataset.places = this.places.length;
    this.root.dataset.state = "ready";
  }
}

async function build(root) {
  const { points, boundary } = root.dataset;
  const [places, shapes] = await Promise.all([getJson(points), boundary ? getJson(boundary) : NONE]);
  new PointMap(root, places.features.filter(isPlace), shapes.features);
}

for (const root of document.querySelectorAll("[data-point-map]")) start(root, build);
