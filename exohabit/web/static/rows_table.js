// Rows table: shows rows of planets, some on a page, in an order that the headings choose.

import { COLUMNS } from "./columns.js";
import { count, element } from "./dom.js";
import { makeCell } from "./rows_cells.js";
import { isKnown, sortRows } from "./rows.js";

const PAGE_SIZE = 50;

export class RowsTable {
  /**
   * @param {HTMLElement} place what the table is put into
   * @param {object} options
   *   caption: what the table shows;
   *   linkOf: (row) => the address of a planet's page;
   *   opensTab: () => whether that opens in a new tab;
   *   pageSize: rows on a page;
   *   onChange: called after the reader has chosen an order or a page.
   */
  constructor(place, { caption, linkOf, opensTab, pageSize = PAGE_SIZE, onChange = () => {} }) {
    Object.assign(this, { place, linkOf, opensTab, pageSize, onChange });
    this.caption = element("caption", "", caption);
    this.head = element("thead");
    this.body = element("tbody");
    const table = element("table", "rows");
    table.append(this.caption, this.head, this.body);
    const scroller = element("div", "scroll rows-scroller");
    Object.assign(scroller, { tabIndex: 0, role: "region", ariaLabel: caption });
    scroller.append(table);
    const hint = element("p", "scroll-hint help", "Scroll the table sideways for more columns →");
    place.replaceChildren(hint, scroller, this.#makePager());
    const sayMore = () => (hint.hidden = scroller.scrollWidth <= scroller.clientWidth + 1);
    const observer = new ResizeObserver(sayMore);
    observer.observe(scroller);
    observer.observe(table);
    this.sort = { key: "score", isDescending: true };
    this.page = 0;
    this.rows = [];
  }

  /** Shows the columns in which any of the rows has a value. */
  setColumns(rows) {
    this.columns = shownColumns(rows);
  }

  /** Shows rows, from the first page on. */
  show(rows, { top = null } = {}) {
    Object.assign(this, { all: rows, top, page: 0 });
    this.#order();
  }

  /** Orders by a column. */
  sortBy(key, isDescending) {
    this.sort = { key, isDescending };
    this.page = 0;
    this.#order();
  }

  /** Goes to a page, from 0, or to the nearest that exists. */
  goTo(page) {
    this.page = Math.max(0, Math.min(page, this.pageCount - 1));
    this.#fill();
  }

  get pageCount() {
    return Math.max(1, Math.ceil(this.rows.length / this.pageSize));
  }

  #order() {
    const column = COLUMNS.find(({ key }) => key === this.sort.key);
    const sorted = sortRows(this.all, column, this.sort.isDescending);
    this.rows = this.top === null ? sorted : sorted.slice(0, this.top);
    this.#fillHead();
    this.goTo(this.page);
  }

  #fillHead() {
    const row = element("tr");
    row.append(...this.columns.map((column) => this.#heading(column)));
    const focused =
      this.head.contains(document.activeElement) && document.activeElement.dataset.key;
    this.head.replaceChildren(row);
    if (focused) this.head.querySelector(`[data-key="${focused}"]`)?.focus();
  }

  #heading(column) {
    const heading = element("th", column.isNumber ? "number" : "");
    heading.scope = "col";
    const button = element("button", "sort", column.label);
    button.type = "button";
    button.dataset.key = column.key;
    if (column.unit) button.append(" ", element("small", "", column.unit));
    if (column.meaning) button.append(element("span", "unseen", ` ${column.meaning}`));
    if (column.key === this.sort.key) {
      heading.ariaSort = this.sort.isDescending ? "descending" : "ascending";
    }
    button.addEventListener("click", () => this.#toggle(column));
    heading.append(button);
    return heading;
  }

  #toggle(column) {
    const isSame = this.sort.key === column.key;
    this.sortBy(column.key, isSame ? !this.sort.isDescending : Boolean(column.isBestFirst));
    this.onChange();
  }

  #fill() {
    const first = this.page * this.pageSize;
    const shown = this.rows.slice(first, first + this.pageSize);
    this.body.replaceChildren(...shown.map((row) => this.#line(row)));
    const range = shown.length
      ? `Rows ${count(first + 1)} to ${count(first + shown.length)} of ${count(this.rows.length)}`
      : "No rows";
    this.position.textContent = range;
    const isFirst = this.page === 0;
    const isLast = this.page === this.pageCount - 1;
    [isFirst, isFirst, isLast, isLast].forEach((is, i) => disable(this.buttons[i], is));
    this.pager.hidden = false;
    this.pager.classList.toggle("single", this.pageCount === 1);
  }

  #line(row) {
    const line = element("tr", row.rank === null ? "unscored" : "");
    line.append(...this.columns.map((column) => makeCell(row, column, this)));
    return line;
  }

  #makePager() {
    this.pager = element("nav", "pager");
    this.pager.ariaLabel = "Pages of the table";
    this.pager.hidden = true;
    const targets = [
      ["First", () => 0],
      ["Previous", () => this.page - 1],
      ["Next", () => this.page + 1],
      ["Last", () => this.pageCount - 1],
    ];
    this.buttons = targets.map(([label, target]) => {
      const button = element("button", "", label);
      button.type = "button";
      button.addEventListener("click", () => {
        if (button.ariaDisabled === "true") return;
        this.goTo(target());
        this.onChange();
      });
      return button;
    });
    this.position = element("span", "position");
    this.position.role = "status";
    this.pager.append(this.buttons[0], this.buttons[1], this.position, ...this.buttons.slice(2));
    return this.pager;
  }
}

/** Returns the columns in which any row has a value; of two with one heading, the first. */
function shownColumns(rows) {
  const known = COLUMNS.filter((column) => rows.some((row) => isKnown(row, column)));
  return known.filter(({ label }, i) => known.findIndex((other) => other.label === label) === i);
}

// A disabled button would lose the focus of the keyboard, so it stays and says that it is disabled.
function disable(button, isDisabled) {
  button.ariaDisabled = String(isDisabled);
}
