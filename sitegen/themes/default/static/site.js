// A convenience; every page is complete without it.
(() => {
  "use strict";

  // From disk, a folder's address shows a list of files: name its page instead.
  if (location.protocol === "file:") {
    for (const link of document.querySelectorAll("a[href]")) {
      const href = link.getAttribute("href");
      if (!/^([a-z][a-z0-9+.-]*:|\/\/)/i.test(href)) {
        link.setAttribute("href", href.replace(/^([^?#]*\/|\.{1,2})(?=[?#]|$)/, (path) => path.replace(/\/?$/, "/index.html")));
      }
    }
  }
})();
