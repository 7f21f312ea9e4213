/* What every part of the page shares. Text from data reaches the page through textContent and attributes only. */
"use strict";
var KG = {};

(function () {
  KG.data = JSON.parse(document.getElementById("plan-data").textContent);
  KG.map = window.map_plan;
  KG.state = "after";

  KG.text = function (key, values) {
    const given = Object.assign({ floor: KG.data.summary.min_households }, values);
    return KG.data.texts[key].replace(/\{(\w+)\}/g, function (whole, name) {
      return name in given ? String(given[name]) : whole;
    });
  };

  KG.number = function (value) {
    return Number(value).toLocaleString(KG.data.lang === "ja" ? "ja-JP" : "en-GB");
  };

  KG.id = function (name) {
    return document.getElementById("kg-" + name);
  };

  /* Make an element: KG.make("p", {class: "x"}, "text", child, ...). */
  KG.make = function (tag, attributes, ...content) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      element.setAttribute(name, value);
    }
    element.append(...content);
    return element;
  };

  KG.isNarrow = function () {
    return window.matchMedia("(max-width: 859px)").matches;
  };

  /* Leaflet ignores a move that is asked for while it is zooming: wait, and make the latest one. */
  let zooming = false;
  let waiting = null;
  KG.map.on("zoomstart", function () { zooming = true; });
  KG.map.on("zoomend", function () {
    zooming = false;
    const next = waiting;
    waiting = null;
    if (next) { window.setTimeout(next, 0); }
  });
  KG.moveTo = function (bounds, options) {
    waiting = null;
    const move = () => KG.map.fitBounds(bounds, options);
    if (zooming) { waiting = move; } else { move(); }
  };

  KG.fold = function (text) {
    return text.normalize("NFKC").toLocaleLowerCase("ja").replace(/\s+/g, "");
  };
})();
