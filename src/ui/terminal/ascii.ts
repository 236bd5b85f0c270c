/** What stands for inquirer's and listr2's symbols where the terminal is not known to show Unicode. */

export const asciiTheme = {
  prefix: { idle: '?', done: '[ok]' },
  icon: { cursor: '>' },
  style: { keysHelpTip: () => 'Up and down to move, Enter to choose' },
};

export const asciiSpinner = ['-', '\\', '|', '/'];

export const asciiIcons = {
  WAITING: '[ ]',
  COMPLETED_WITH_SISTER_TASKS_FAILED: '[ ]',
  COMPLETED: '[ok]',
  FAILED: '[x]',
  OUTPUT: '>',
  OUTPUT_WITH_BOTTOMBAR: '>',
} as const;
