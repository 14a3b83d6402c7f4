/** The head of a skill's column: its name, and the ways to rename or delete it. */

import { useState } from "preact/hooks";
import { reasonOf } from "../../../lib/store/reason";
import { say } from "../../../lib/store/toasts";
import { Dialog } from "../../../ui/dialog";
import { Menu } from "../../../ui/menu";
import { Icon } from "../../../ui/icons";
import { Confirm } from "../confirm";
import { Line } from "../labelled";
import { fieldErrors } from "../parts";
import { w } from "../words";
import { r } from "../routing/words";
import { type Skill, removeSkill, renameSkill } from "./data";

interface SkillMenuProps {
  skill: Skill;
  onChanged(): Promise<void>;
}

export function SkillMenu({ skill, onChanged }: SkillMenuProps) {
  const [asks, setAsks] = useState<"rename" | "remove" | null>(null);
  const close = (): void => setAsks(null);
  return (
    <>
      <Menu
        label={r("skill.menu", { name: skill.name })}
        isIcon
        class="matrix__name"
        title={[skill.name, ...skill.warnings].join("\n")}
        button={
          <>
            <span class="clip" dir="auto">
              {skill.name}
            </span>
            {skill.warnings.length > 0 && <Icon name="alert" size="s" />}
          </>
        }
        choices={[
          { key: "rename", label: r("skill.rename"), icon: "pen", run: () => setAsks("rename") },
          { key: "remove", label: r("remove"), icon: "close", run: () => setAsks("remove") },
        ]}
      />
      {asks === "rename" && <Rename skill={skill} onChanged={onChanged} onClose={close} />}
      {asks === "remove" && (
        <Confirm
          title={r("removeTitle", { name: skill.name })}
          text={r("skill.removeText", { n: skill.agents })}
          verb={r("remove")}
          act={async () => {
            await removeSkill(skill.id);
            await onChanged();
            say(r("removed", { name: skill.name }));
          }}
          onClose={close}
        />
      )}
    </>
  );
}

function Rename({ skill, onChanged, onClose }: SkillMenuProps & { onClose(): void }) {
  const [name, setName] = useState(skill.name);
  const [failure, setFailure] = useState("");
  const save = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    try {
      await renameSkill(skill.id, name.trim());
      await onChanged();
      onClose();
    } catch (error) {
      setFailure(Object.values(fieldErrors(error)).join(" ") || reasonOf(error));
    }
  };
  return (
    <Dialog title={r("skill.renameTitle", { name: skill.name })} onClose={onClose}>
      <form noValidate onSubmit={(event) => void save(event)}>
        <div class="dialog__body">
          <Line label={r("name")} value={name} error={failure} isFirst onInput={setName} />
        </div>
        <div class="dialog__foot">
          <button type="submit" class="btn btn--primary btn--large">
            {w("save")}
          </button>
          <button type="button" class="btn btn--large" onClick={onClose}>
            {r("cancel")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
