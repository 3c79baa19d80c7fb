using Spectre.Console;

namespace CellVitCluster.Cli.Output;

/// <summary>Standard error for people: progress, tables, errors. Standard output for results.</summary>
internal static class Terminal
{
    /// <summary>
    /// Standard output, for results only. Libraries that print to <see cref="Console.Out"/> (the actor system does when it shuts down) are
    /// kept out of it by <see cref="ReserveOutput"/>.
    /// </summary>
    public static TextWriter Results { get; } = Console.Out;

    /// <summary>Console on standard error; plain text when it is not a terminal.</summary>
    public static IAnsiConsole Error { get; } = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

    /// <summary>Whether a person watches standard error.</summary>
    public static bool IsInteractive => !Console.IsErrorRedirected && Error.Profile.Capabilities.Interactive;

    /// <summary>From now on standard output is reached through <see cref="Results"/> alone.</summary>
    public static void ReserveOutput()
    {
        _ = Results;
        Console.SetOut(TextWriter.Null);
    }

    /// <summary>Prints an error with its code.</summary>
    public static void Fail(string code, string text)
    {
        Error.Write(new Text($"error {code}: ", new Style(Color.Red)));
        Console.Error.WriteLine(text);
    }
}
