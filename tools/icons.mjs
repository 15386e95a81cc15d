// The lucide icons in webapp/static/icons.svg; the template macro icon(name) takes these names.
export const ICONS = `
  heart menu x check check-check chevron-right chevron-left chevron-down arrow-right arrow-left
  upload image shirt shopping-bag bell user users settings log-out globe share-2 link copy flag
  message-circle pencil trash-2 plus minus eye eye-off clock calendar-days lock shield-check
  triangle-alert circle-alert circle-check circle-x info search list-filter download trophy
  ticket palette undo-2 redo-2 layers type truck mail wifi-off external-link columns-2
  hourglass package ruler gavel award send smile sparkle
`.trim().split(/\s+/);
