using CellVitCluster.Domain.Errors;

namespace CellVitCluster.Evaluation.Reading;

/// <summary>Errors of files that are to be evaluated.</summary>
internal static class EvaluationErrors
{
    /// <summary>The file cannot be used.</summary>
    /// <param name="path">The file.</param>
    /// <param name="found">What is wrong with it; no sentence, no full stop.</param>
    /// <param name="inner">Cause, if any.</param>
    public static CellVitException Unreadable(string path, string found, Exception? inner = null) => new(
        ErrorCode.EvaluationInputInvalid,
        $"Cannot evaluate '{path}'.",
        $"Found: {found.TrimEnd('.')}.",
        "Pass a cell store, GeoJSON with polygons or points, or label maps as grey PNG (8 or 16 bit) or integer .npy.",
        inner);

    /// <summary>Reads and turns whatever is wrong with the file into an error that names it.</summary>
    public static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or OverflowException
            or InvalidDataException or InvalidOperationException or System.Text.Json.JsonException)
        {
            throw Unreadable(path, e.Message.ReplaceLineEndings(" "), e);
        }
    }
}
