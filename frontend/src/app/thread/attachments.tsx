/** Attachments as chips: icon, name, size; a click downloads by a short-lived address. */

import { fileSize } from "../../lib/names";
import type { Attachment } from "../../lib/types";
import { Icon, type IconName } from "../../ui/icons";

export function Attachments({ files }: { files: readonly Attachment[] }) {
  const shown = files.filter((file) => !file.inline || !file.content_id);
  if (!shown.length) return null;
  return (
    <ul class="files">
      {shown.map((file) => (
        <li key={file.id}>
          <a class="file" href={file.url} download={file.filename} target="_blank" rel="noopener">
            <Icon name={iconOfType(file.content_type)} size="s" />
            <span class="clip" dir="auto">
              {file.filename}
            </span>
            <small>{fileSize(file.size)}</small>
          </a>
        </li>
      ))}
    </ul>
  );
}

export function iconOfType(type: string): IconName {
  return type.startsWith("image/") ? "image" : "file";
}
