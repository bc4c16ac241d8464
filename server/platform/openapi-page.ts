/**
 * What swagger-ui's own page leaves undone for people with weak eyes or a screen reader: colours of too little contrast,
 * text outside every landmark, and headings that skip a level. Served as files of our own, since the page allows nothing inline.
 */
export const DOCS_CSS = `
.swagger-ui .info .title small { background: #4a5160; }
.swagger-ui .info .title small.version-stamp { background: #3f6212; }
.swagger-ui .info .title small pre { color: #fff; }
.swagger-ui .info .link .url, .swagger-ui .info a, .swagger-ui .markdown a { color: #1d4f91; }
.swagger-ui .btn.authorize, .swagger-ui .btn.authorize span { color: #14633f; border-color: #14633f; }
.swagger-ui .btn.authorize svg { fill: #14633f; }
.swagger-ui .btn.cancel { color: #a3241d; border-color: #a3241d; }
.swagger-ui .opblock .opblock-summary-method { text-shadow: none; }
.swagger-ui .opblock.opblock-get .opblock-summary-method { background: #1d4f91; }
.swagger-ui .opblock.opblock-post .opblock-summary-method { background: #14633f; }
.swagger-ui .opblock.opblock-put .opblock-summary-method { background: #8a4b00; }
.swagger-ui .opblock.opblock-patch .opblock-summary-method { background: #0f6070; }
.swagger-ui .opblock.opblock-delete .opblock-summary-method { background: #a3241d; }
.swagger-ui .opblock .opblock-summary-description,
.swagger-ui .parameter__name.required::after, .swagger-ui .parameter__name.required span,
.swagger-ui .parameter__in, .swagger-ui .parameter__type, .swagger-ui .prop-format,
.swagger-ui .model-toggle::after, .swagger-ui .response-col_links,
.swagger-ui .responses-inner .response-control-media-type__accept-message,
.swagger-ui .tab li { color: #3b4151; }
.swagger-ui .parameter__name.required::after, .swagger-ui .parameter__name.required span { color: #a3241d; }
.swagger-ui .response-control-media-type__accept-message { color: #14633f; }
.swagger-ui .response-control-media-type--accept-controller select { border-color: #14633f; }
`

/** React draws the page anew at every click, so that what is missing is put in again each time. */
export const DOCS_SCRIPT = `
(function () {
  var LEVELS = { H3: '2', H4: '3', H5: '4' }
  function mend() {
    var root = document.getElementById('swagger-ui')
    root.querySelectorAll('.information-container:not([role])').forEach(function (part) {
      part.setAttribute('role', 'region')
      part.setAttribute('aria-label', document.title)
    })
    root.querySelectorAll('h3, h4, h5').forEach(function (heading) {
      var level = LEVELS[heading.tagName]
      if (heading.getAttribute('aria-level') !== level) {
        heading.setAttribute('role', 'heading')
        heading.setAttribute('aria-level', level)
      }
    })
  }
  new MutationObserver(mend).observe(document.body, { childList: true, subtree: true })
  mend()
})()
`

/** The plugin's page knows the document under an address of its own: people shall find the one that the README names. */
export const withOwnAddress = (script: string): string =>
  script.replace("url: resolveUrl('./json')", "url: '/openapi.json'")
