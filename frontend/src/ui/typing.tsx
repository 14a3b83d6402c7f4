/** Three dots and who is writing. */

export function Typing({ text }: { text: string }) {
  return (
    <span class="typing clip">
      <span class="dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      <span class="clip">{text}</span>
    </span>
  );
}
