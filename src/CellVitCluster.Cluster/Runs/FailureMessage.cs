using CellVitCluster.Domain.Errors;
using MessagePack;

namespace CellVitCluster.Cluster.Runs;

/// <summary>Why something failed, as it travels and is stored: the stable code and the three sentences of <see cref="CellVitException"/>.</summary>
[MessagePackObject]
public sealed record FailureMessage(
    [property: Key(0)] string Code,
    [property: Key(1)] string What,
    [property: Key(2)] string Why,
    [property: Key(3)] string Remedy)
{
    /// <summary>Longest sentence, in characters: a page of 64 failures stays well below the largest frame. The log has the whole text.</summary>
    private const int MaxSentence = 600;

    /// <summary>The whole text.</summary>
    [IgnoreMember]
    public string Text => $"{What} {Why} {Remedy}";

    /// <summary>Whether the cause lies in the input or the machine and repeating the work cannot help.</summary>
    [IgnoreMember]
    public bool IsExpected => Code != ErrorCode.Unexpected.Value && Code != ErrorCode.RegionUnreadable.Value;

    /// <summary>From any exception; unknown ones get the code for unexpected failures.</summary>
    /// <param name="exception">The cause.</param>
    /// <param name="what">What was being done, for exceptions that do not say; a sentence.</param>
    public static FailureMessage From(Exception exception, string what)
    {
        ArgumentNullException.ThrowIfNull(exception);
        Exception cause = exception is AggregateException { InnerExceptions.Count: 1 } aggregate ? aggregate.InnerExceptions[0] : exception;
        return cause is CellVitException known
            ? new FailureMessage(known.Code.Value, Shorten(known.What), Shorten(known.Why), Shorten(known.Remedy))
            : new FailureMessage(
                ErrorCode.Unexpected.Value,
                what,
                Shorten($"{cause.GetType().Name}: {cause.Message}"),
                "See the log file for the full report; if it happens again, please report it with the log.");
    }

    private static string Shorten(string text) => text.Length <= MaxSentence ? text : string.Concat(text.AsSpan(0, MaxSentence - 1), "…");
}
