/* Labels in tiers: name and households, households only, hidden. Placed anew at every zoom, never on top of each other. */
(function () {
  const MARGIN = 3;
  const widths = new Map();
  const canvas = document.createElement("canvas").getContext("2d");
  let pane = null;
  let shown = true;

  function width(text, font) {
    const key = font + "|" + text;
    if (!widths.has(key)) {
      canvas.font = font;
      widths.set(key, canvas.measureText(text).width);
    }
    return widths.get(key);
  }

  function pixelsPerMetre(lat, zoom) {
    return (256 * Math.pow(2, zoom)) / (40075016.686 * Math.cos((lat * Math.PI) / 180));
  }

  function candidates(item, font, size) {
    const line = size * 1.25;
    const figures = KG.text("households_short", { n: KG.number(item.households) });
    const full = { lines: [item.name, figures], tier: "full" };
    const short = { lines: [figures], tier: "short" };
    return [full, short].map(function (label) {
      const widest = Math.max(...label.lines.map((text) => width(text, font)));
      return Object.assign(label, { width: widest, height: line * label.lines.length });
    });
  }

  function fits(label, radius) {
    return label.width <= radius * 2.7 && label.height <= radius * 2.1;
  }

  function free(box, taken) {
    return !taken.some((other) => box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom);
  }

  function draw(label, box, centre, item) {
    const element = KG.make("div", { class: "kg-label kg-label-" + label.tier + (item.left ? " kg-label-left" : "") });
    label.lines.forEach((text) => element.append(KG.make("span", {}, text)));
    element.style.left = Math.round(centre.x - label.width / 2) + "px";
    element.style.top = Math.round(centre.y - label.height / 2) + "px";
    element.style.width = Math.ceil(label.width) + "px";
    pane.append(element);
  }

  KG.placeLabels = function () {
    pane = KG.map.getPane("labels");
    pane.replaceChildren();
    if (!shown) { return; }
    const style = getComputedStyle(pane);
    const size = parseFloat(style.fontSize);
    const font = "700 " + size + "px " + style.fontFamily;
    const zoom = KG.map.getZoom();
    const items = (KG.state === "after" ? KG.data.groups : KG.data.associations)
      .map((item) => ({ name: item.name, households: item.households, spot: item.spot, left: item.status === "below_floor" }))
      .sort((a, b) => b.left - a.left || b.spot[2] - a.spot[2]);
    const taken = [];
    for (const item of items) {
      const radius = item.spot[2] * pixelsPerMetre(item.spot[0], zoom);
      const centre = KG.map.latLngToLayerPoint([item.spot[0], item.spot[1]]);
      for (const label of candidates(item, font, size)) {
        const box = {
          left: centre.x - label.width / 2 - MARGIN, right: centre.x + label.width / 2 + MARGIN,
          top: centre.y - label.height / 2 - MARGIN, bottom: centre.y + label.height / 2 + MARGIN,
        };
        if (fits(label, radius) && free(box, taken)) {
          taken.push(box);
          draw(label, box, centre, item);
          break;
        }
      }
    }
  };

  KG.showLabels = function (on) {
    shown = on;
    KG.placeLabels();
  };

  KG.startLabels = function () {
    const hide = () => { KG.map.getPane("labels").style.visibility = "hidden"; };
    const show = () => { KG.map.getPane("labels").style.visibility = ""; KG.placeLabels(); };
    KG.map.on("zoomstart", hide);
    const near = function () {
      document.body.classList.toggle("kg-far", KG.map.getZoom() < KG.wholeZoom + 1.4);
    };
    KG.map.on("zoomend viewreset", show);
    KG.map.on("zoomend", near);
    near();
  };
})();
