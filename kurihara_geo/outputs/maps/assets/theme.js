/* Dark ground and text size. A page opens light whatever the device prefers: hall, paper and phone show the same colours. */
(function () {
  const SIZES = [16, 19, 23, 32];
  let size = 0;

  KG.theme = "light";
  KG.setTheme = function (theme) {
    KG.theme = theme;
    document.documentElement.dataset.theme = theme;
    KG.id("theme").textContent = KG.text(theme === "dark" ? "theme_light" : "theme_dark");
  };

  KG.setTextSize = function (number) {
    size = number % SIZES.length;
    document.documentElement.style.fontSize = SIZES[size] + "px";
    KG.map.invalidateSize();
    KG.placeLabels();
  };

  /* Paper is light, whatever the screen shows; gives what brings the screen back. */
  KG.forPaper = function () {
    const kept = { theme: KG.theme, size: document.documentElement.style.fontSize };
    KG.setTheme("light");
    document.documentElement.style.fontSize = "";
    return function () {
      KG.setTheme(kept.theme);
      document.documentElement.style.fontSize = kept.size;
    };
  };

  KG.startTheme = function () {
    KG.setTheme("light");
    KG.id("theme").addEventListener("click", function () {
      KG.setTheme(KG.theme === "dark" ? "light" : "dark");
      KG.say(KG.text(KG.theme === "dark" ? "theme_dark" : "theme_light"));
    });
    KG.id("text-size").addEventListener("click", function () {
      KG.setTextSize(size + 1);
      KG.say(KG.text("text_size") + " " + Math.round((SIZES[size] / SIZES[0]) * 100) + "%");
    });
  };
})();
