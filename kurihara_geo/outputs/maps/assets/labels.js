/* Labels in tiers: name and households, households only, hidden; on paper every number. Never on top of each other. */
(function () {
  const MARGIN = 3;
  const RINGS = [14, 22, 30, 40, 52, 66, 82, 100, 120, 145, 175, 210, 250];
  const TURNS = 24;
  const widths = new Map();
  const canvas = document.createElement("canvas").getContext("2d");
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

  /* From the longest text to the shortest; on paper the number comes first and is always there. */
  function candidates(item, font, size, paper) {
    const figures = KG.households(item.households, true);
    const number = paper && item.number ? [String(item.number)] : [];
    const tiers = [{ tier: "full", lines: [...number, item.name, figures] }, { tier: "short", lines: [...number, figures] }];
    if (number.length) { tiers.push({ tier: "number", lines: number }); }
    for (const label of tiers) {
      label.numbered = number.length > 0;
      label.width = Math.max(...label.lines.map((text) => width(text, font))) + (label.numbered ? size * 0.5 : 0);
      label.height = size * 1.25 * label.lines.length;
    }
    return tiers;
  }

  function fits(label, radius, paper) {
    return label.width <= radius * (paper ? 2 : 2.7) && label.height <= radius * (paper ? 1.9 : 2.1);
  }

  function boxAt(label, x, y) {
    return {
      left: x - label.width / 2 - MARGIN, right: x + label.width / 2 + MARGIN,
      top: y - label.height / 2 - MARGIN, bottom: y + label.height / 2 + MARGIN,
    };
  }

  /* Where labels have been put, in squares, so that only the near ones are compared. */
  function grid() {
    const SIDE = 64;
    const squares = new Map();
    function each(box, see) {
      for (let x = Math.floor(box.left / SIDE); x <= Math.floor(box.right / SIDE); x += 1) {
        for (let y = Math.floor(box.top / SIDE); y <= Math.floor(box.bottom / SIDE); y += 1) {
          if (see(x + ":" + y)) { return true; }
        }
      }
      return false;
    }
    return {
      free: (box) => !each(box, (key) => (squares.get(key) || []).some((other) =>
        box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom)),
      take: (box) => each(box, function (key) {
        if (!squares.has(key)) { squares.set(key, []); }
        squares.get(key).push(box);
        return false;
      }),
    };
  }

  function place(pane, label, at, item) {
    const look = (item.left ? " kg-label-left" : "") + (item.outside ? " kg-label-outside" : "") + (item.moved ? " kg-label-moved" : "");
    const element = KG.make("div", { class: "kg-label kg-label-" + label.tier + look });
    label.lines.forEach((text, line) => {
      element.append(KG.make("span", label.numbered && line === 0 ? { class: "kg-label-no" } : {}, text));
    });
    element.style.left = (at.x - label.width / 2).toFixed(1) + "px";
    element.style.top = (at.y - label.height / 2).toFixed(1) + "px";
    element.style.width = Math.ceil(label.width) + "px";
    pane.append(element);
  }

  function lead(pane, from, to) {
    const line = KG.make("div", { class: "kg-leader" });
    line.style.left = from.x + "px";
    line.style.top = from.y + "px";
    line.style.width = Math.hypot(to.x - from.x, to.y - from.y) + "px";
    line.style.transform = "rotate(" + Math.atan2(to.y - from.y, to.x - from.x) + "rad)";
    pane.prepend(line);
  }

  /* A number that does not fit stands beside its area, with a line to it. */
  function placeNumber(pane, label, centre, item, taken) {
    for (const radius of [0, ...RINGS]) {
      for (let turn = 0; turn < (radius ? TURNS : 1); turn += 1) {
        const angle = (2 * Math.PI * turn) / TURNS;
        const at = { x: centre.x + radius * Math.cos(angle), y: centre.y + radius * Math.sin(angle) };
        const box = boxAt(label, at.x, at.y);
        if (taken.free(box)) {
          taken.take(box);
          if (radius) { lead(pane, centre, at); }
          place(pane, label, at, Object.assign({ moved: radius > 0 }, item));
          return;
        }
      }
    }
    place(pane, label, centre, item);
  }

  function placeOne(map, pane, item, type, taken) {
    const radius = item.spot[2] * pixelsPerMetre(item.spot[0], map.getZoom());
    const centre = map.latLngToLayerPoint([item.spot[0], item.spot[1]]);
    for (const label of candidates(item, type.font, type.size, type.paper)) {
      if (label.tier === "number") {
        placeNumber(pane, label, centre, item, taken);
        return;
      }
      const box = boxAt(label, centre.x, centre.y);
      if (fits(label, radius, type.paper) && taken.free(box)) {
        taken.take(box);
        place(pane, label, centre, item);
        return;
      }
    }
  }

  /* Put labels on any map: items have name, households, spot [lat, lng, radius in metres], and may have number, left, outside. */
  KG.drawLabels = function (map, pane, items, paper) {
    pane.replaceChildren();
    const style = getComputedStyle(pane);
    const size = parseFloat(style.fontSize);
    const type = { size: size, font: "700 " + size + "px " + style.fontFamily, paper: Boolean(paper) };
    const taken = grid();
    items.slice().sort((a, b) => a.outside - b.outside || b.left - a.left || b.spot[2] - a.spot[2])
      .forEach((item) => { placeOne(map, pane, item, type, taken); });
  };

  KG.placeLabels = function () {
    const pane = KG.map.getPane("labels");
    if (!shown && !KG.paper) {
      pane.replaceChildren();
      return;
    }
    const items = (KG.state === "after" ? KG.data.groups : KG.data.associations).map((item) => ({
      name: item.name, households: item.households, spot: item.spot, number: item.number,
      left: item.status === "below_floor", outside: !KG.isInside(item),
    }));
    KG.drawLabels(KG.map, pane, KG.paper ? items.filter((item) => !item.outside) : items, KG.paper);
  };

  KG.showLabels = function (on) {
    shown = on;
    KG.placeLabels();
  };

  /* Seen from far, signs shrink to dots. */
  KG.markFar = function () {
    document.body.classList.toggle("kg-far", KG.map.getZoom() < KG.wholeZoom + 1.4);
  };

  KG.startLabels = function () {
    const hide = () => { KG.map.getPane("labels").style.visibility = "hidden"; };
    const show = () => { KG.map.getPane("labels").style.visibility = ""; KG.placeLabels(); };
    KG.map.on("zoomstart", hide);
    KG.map.on("zoomend viewreset", show);
    KG.map.on("zoomend", KG.markFar);
    KG.markFar();
  };
})();
