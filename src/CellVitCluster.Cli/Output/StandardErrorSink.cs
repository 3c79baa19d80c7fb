using Serilog.Core;
using Serilog.Events;

namespace CellVitCluster.Cli.Output;

/// <summary>Log events in one short line each on standard error, for whoever watches a node. Thread-safe.</summary>
internal sealed class StandardErrorSink : ILogEventSink
{
    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        // Some messages carry a stack trace; the file has all of it.
        string text = logEvent.RenderMessage(System.Globalization.CultureInfo.InvariantCulture).Split('\n')[0];
        string cause = logEvent.Exception is Exception exception ? $" ({exception.GetType().Name}: {exception.Message.ReplaceLineEndings(" ")})" : string.Empty;
        Console.Error.WriteLine(FormattableString.Invariant($"{logEvent.Timestamp.UtcDateTime:HH:mm:ss}Z {logEvent.Level.ToString().ToLowerInvariant()}: {text}{cause}"));
    }
}
