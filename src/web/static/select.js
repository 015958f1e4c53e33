// Offers links to the words that are selected: to the passage here, and to the same words on the original page.
// Nothing depends on it: the form "cite a passage" leads to the same places.
'use strict';
(() => {
  const article = document.querySelector('article.reading[data-path]');
  const bar = document.getElementById('selected');
  if (!article || !bar) return;
  const [here, there] = bar.querySelectorAll('a');
  const language = new URLSearchParams(location.search).get('lang');
  const query = language === null ? '' : `?lang=${encodeURIComponent(language)}`;
  const bytes = (text) => new TextEncoder().encode(text).length;

  /** The words of a block up to a point in it; reference numbers are none of them. */
  function before(block, node, offset) {
    const range = document.createRange();
    range.selectNodeContents(block);
    if (node) range.setEnd(node, offset);
    const copy = range.cloneContents();
    for (const note of copy.querySelectorAll('.qref')) note.remove();
    return copy.textContent;
  }

  /** The selected pieces of blocks of the canonical text: where they begin and end in it, and their words. */
  function pieces(range) {
    const found = [];
    for (const block of article.querySelectorAll('[data-start]')) {
      if (!range.intersectsNode(block)) continue;
      const head = block.contains(range.startContainer) ? before(block, range.startContainer, range.startOffset) : '';
      const whole = block.contains(range.endContainer)
        ? before(block, range.endContainer, range.endOffset)
        : before(block, null, 0);
      const cut = whole.slice(head.length);
      const words = cut.trim();
      if (!words) continue;
      const lead = head + cut.slice(0, cut.length - cut.trimStart().length);
      const start = Number(block.dataset.start) + bytes(lead);
      found.push({ start, end: start + bytes(words), words });
    }
    return found;
  }

  /** A text fragment (WICG): short words whole, longer ones by their ends. */
  function fragment(found) {
    const encode = (words) => encodeURIComponent(words.join(' ')).replaceAll('-', '%2D');
    const first = found[0].words.split(/\s+/);
    const last = found[found.length - 1].words.split(/\s+/);
    if (found.length === 1 && first.length <= 12) return encode(first);
    return `${encode(first.slice(0, 6))},${encode(last.slice(-6))}`;
  }

  function offer() {
    const selection = document.getSelection();
    const found = selection && !selection.isCollapsed && selection.rangeCount ? pieces(selection.getRangeAt(0)) : [];
    bar.hidden = found.length === 0;
    if (bar.hidden) return;
    here.href = `${article.dataset.path}/${found[0].start}-${found[found.length - 1].end}${query}#passage`;
    there.hidden = article.dataset.original === undefined;
    if (!there.hidden) there.href = `${article.dataset.original.split('#')[0]}#:~:text=${fragment(found)}`;
  }

  let waiting = 0;
  document.addEventListener('selectionchange', () => {
    clearTimeout(waiting);
    waiting = setTimeout(offer, 150);
  });
  // A press on the bar must not undo what is selected.
  bar.addEventListener('mousedown', (event) => event.preventDefault());
})();
