// For screens whose browser is too old for the rest: a style sheet without layers, and the page anew every some seconds.
// No module, and no words that a browser of 2012 would not know.
(function () {
  var me = document.currentScript;
  var root = document.documentElement;
  var pause = Number(me.getAttribute("data-refresh")) * 1000;

  if (!window.CSSLayerBlockRule) {
    var sheet = document.createElement("link");
    sheet.rel = "stylesheet";
    sheet.href = me.getAttribute("data-sheet");
    document.head.appendChild(sheet);
  }

  // A page that renews its parts by itself says so. Asked for first: a proxy's "bad gateway" would stay for ever.
  function look() {
    if (root.getAttribute("data-live")) return;
    var question = new XMLHttpRequest();
    question.onload = function () {
      if (question.status === 200 && question.getResponseHeader("X-Twofeet")) location.reload();
    };
    question.open("GET", location.href);
    question.send();
  }
  if (pause) setInterval(look, pause);
})();
