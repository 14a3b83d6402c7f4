/** The mark and the word: an open ring with a bead in its gap, somebody is calling in. */

export function BrandWord() {
  return (
    <svg viewBox="0 0 108 23" role="img" aria-label="Omnihub">
      <g class="stroke">
        <path d="M13.3 11.1A6 6 0 1 1 10 8.35" />
        <path d="M20 20V8M20 12.5a4 4 0 0 1 8 0V20M28 12.5a4 4 0 0 1 8 0V20M42 20V8M42 12.75a4.5 4.5 0 0 1 9 0V20M57.5 20V8M64 20V2M64 12.75a4.5 4.5 0 0 1 9 0V20M79.5 8v7.25a4.5 4.5 0 0 0 9 0V8M88.5 8v12M95 20V2" />
        <circle cx="101" cy="14" r="6" />
      </g>
      <circle class="bead" cx="13.2" cy="7.7" r="2.1" />
      <path class="stroke" d="M57.5 3.4h.01" />
    </svg>
  );
}

export function BrandMark() {
  return (
    <svg viewBox="0 0 24 24" role="img" aria-label="Omnihub">
      <path class="stroke" d="M19.2 9.6A7.6 7.6 0 1 1 14.4 4.8" />
      <circle class="bead" cx="18.3" cy="5.7" r="2.7" />
    </svg>
  );
}
