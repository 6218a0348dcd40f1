import { html, type Html } from './html-text.ts'
import type { ReportedVerdict } from './run-report.ts'

/** A verdict as a small shape: told apart by its form as well as by its colour. */
export function verdictMark(verdict: ReportedVerdict | 'root', x: number, y: number): Html {
  const at = (dx: number, dy: number): string => `${round(x + dx)} ${round(y + dy)}`
  switch (verdict) {
    case 'accepted':
      return html`<circle class="mark filled" cx="${round(x)}" cy="${round(y)}" r="5.5"/>`
    case 'approval-required':
      return html`<rect class="mark filled" x="${round(x - 4.5)}" y="${round(y - 4.5)}" width="9" height="9"/>`
    case 'inconclusive':
      return html`<path class="mark" d="M${at(0, -5)} L${at(5, 0)} L${at(0, 5)} L${at(-5, 0)} Z"/>`
    case 'rejected':
      return html`<path class="mark" d="M${at(-3.5, -3.5)} L${at(3.5, 3.5)} M${at(-3.5, 3.5)} L${at(3.5, -3.5)}"/>`
    case 'root':
      return html`<circle class="mark" cx="${round(x)}" cy="${round(y)}" r="5"/>`
  }
}

/** Coordinates to a tenth of a pixel: small files, and the same text on every machine. */
export function round(value: number): number {
  return Math.round(value * 10) / 10
}
