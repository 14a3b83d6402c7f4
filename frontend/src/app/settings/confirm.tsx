/** Asks before something that other people will notice. */

import { useState } from "preact/hooks";
import { t } from "../../lib/i18n";
import { reasonOf } from "../../lib/store/reason";
import { Dialog } from "../../ui/dialog";
import { Failure } from "./parts";

interface ConfirmProps {
  title: string;
  text: string;
  verb: string;
  /** What is done; the dialog stays with the reason when it fails. */
  act(): Promise<void>;
  onClose(): void;
}

export function Confirm({ title, text, verb, act, onClose }: ConfirmProps) {
  const [failure, setFailure] = useState("");
  const [isBusy, setBusy] = useState(false);
  const run = async (): Promise<void> => {
    setBusy(true);
    try {
      await act();
      onClose();
    } catch (error) {
      setFailure(reasonOf(error));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={title}
      lead={text}
      onClose={onClose}
      foot={
        <>
          <button type="button" class="btn btn--danger btn--large" disabled={isBusy} onClick={() => void run()}>
            {verb}
          </button>
          <button type="button" class="btn btn--large" onClick={onClose} autofocus>
            {t("act.cancel")}
          </button>
        </>
      }
    >
      <div class="dialog__body">{failure && <Failure text={failure} />}</div>
    </Dialog>
  );
}
