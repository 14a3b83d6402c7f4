/** Sends one file to /api/v1/attachments, telling how far it is, cancellable. */

import { ApiError, NetworkError, problemFrom, unsafeHeaders } from "./api";
import type { Attachment } from "./types";

export interface Upload {
  done: Promise<Attachment>;
  cancel(): void;
  isCancelled(): boolean;
}

/** Starts at once. `onProgress` gets the share sent, 0 to 1. `done` rejects with ApiError or NetworkError. */
export function upload(file: File, onProgress: (share: number) => void): Upload {
  const request = new XMLHttpRequest();
  let isCancelled = false;
  const done = new Promise<Attachment>((resolve, reject) => {
    request.open("POST", "/api/v1/attachments");
    for (const [name, value] of Object.entries(unsafeHeaders())) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => onProgress(event.total ? event.loaded / event.total : 0);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(JSON.parse(request.responseText) as Attachment);
      else reject(new ApiError(request.status, problemFrom(request.status, request.responseText)));
    };
    request.onerror = request.onabort = () => reject(new NetworkError("upload interrupted"));
    const form = new FormData();
    form.append("file", file);
    request.send(form);
  });
  return {
    done,
    cancel: () => {
      isCancelled = true;
      request.abort();
    },
    isCancelled: () => isCancelled,
  };
}
