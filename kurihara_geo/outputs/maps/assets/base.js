/* What every part of the page shares. Text from data reaches the page through textContent and attributes only. */
"use strict";
window.KG = {};

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

  /* A count, or the words for one that is not shown to everybody. */
  KG.count = function (value) {
    if (value === null || value === undefined) { return ""; }
    return typeof value === "number" ? KG.number(value) : KG.data.texts["hidden_" + value] || value;
  };

  KG.households = function (value, short) {
    if (typeof value === "number") { return KG.text(short ? "households_short" : "households", { n: KG.number(value) }); }
    return short ? KG.count(value) : KG.text(value === "under" ? "households_under" : "households_withheld", { n: KG.count(value) });
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

  /* A group's colour; the dark theme has its own tone for each (page.css). */
  KG.tone = function (colour) {
    return "var(--tone-" + colour.slice(1).toLowerCase() + ", " + colour + ")";
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

  /* Tell people who do not see the page what has changed. */
  KG.say = function (text) {
    const live = KG.id("live");
    if (live) { live.textContent = text; }
  };

  KG.fold = function (text) {
    return text.normalize("NFKC").toLocaleLowerCase("ja").replace(/\s+/g, "");
  };
})();
