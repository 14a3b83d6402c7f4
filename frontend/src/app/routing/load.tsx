/** How full somebody's hands are, as a bar. */

export function LoadBar({ used, total }: { used: number; total: number }) {
  const share = Math.min(1, used / Math.max(1, total));
  return (
    <svg class="load__bar" viewBox="0 0 100 3" preserveAspectRatio="none" aria-hidden="true">
      <rect class="load__all" width="100" height="3" />
      <rect width={share * 100} height="3" />
    </svg>
  );
}
