// Starts `adjudge rules serve` and hands it the rule files that are open.
"use strict";

const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

/** The command of the settings, which VS Code takes from the user, not from a folder. */
function command() {
  const [program, ...args] = vscode.workspace.getConfiguration("adjudge").get("command");
  return { command: program, args };
}

exports.activate = async (context) => {
  client = new LanguageClient("adjudge", "Adjudge rules", command(), {
    documentSelector: [{ language: "adjudge-rules" }],
    synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher("**/*.rules") },
  });
  context.subscriptions.push(client);
  await client.start();
};

exports.deactivate = () => client?.stop();
