using Spectre.Console;

namespace CellVitCluster.Cli.Output;

/// <summary>Standard error for people: progress, tables, errors. Standard output stays free for results.</summary>
internal static class Terminal
{
    /// <summary>Console on standard error; plain text when it is not a terminal.</summary>
    public static IAnsiConsole Error { get; } = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

    /// <summary>Whether a person watches standard error.</summary>
    public static bool IsInteractive => !Console.IsErrorRedirected && Error.Profile.Capabilities.Interactive;

    /// <summary>Prints an error with its code.</summary>
    public static void Fail(string code, string text)
    {
        Error.Write(new Text($"error {code}: ", new Style(Color.Red)));
        Console.Error.WriteLine(text);
    }
}
