using System.Globalization;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Slides;
using CellVitCluster.Domain.Units;
using Sylvan.Data.Csv;

namespace CellVitCluster.Slides.Lists;

/// <summary>
/// Reads a slide list: CSV with a header, one slide per line. Relative paths are relative to the list's folder; empty cells mean "not
/// given". Source: spec/conventions.md "File lists".
/// </summary>
internal static class SlideList
{
    /// <summary>Reads a list.</summary>
    /// <param name="listPath">Its path.</param>
    /// <param name="admit">Called with the absolute path of every slide before it is looked up; throws to refuse it. May be null.</param>
    /// <exception cref="CellVitException">
    /// The list cannot be understood (<see cref="ErrorCode.SlideListInvalid"/>) or names no slide (<see cref="ErrorCode.NoSlidesFound"/>).
    /// </exception>
    public static IReadOnlyList<SlideSource> Read(string listPath, Action<string>? admit)
    {
        try
        {
            using var text = new StreamReader(listPath);
            using CsvDataReader csv = CsvDataReader.Create(text, new CsvDataReaderOptions { HasHeaders = true, Schema = CsvSchema.Nullable });
            return ReadRows(csv, listPath, admit);
        }
        catch (Exception exception) when (exception is CsvFormatException or IOException or UnauthorizedAccessException)
        {
            throw Invalid(listPath, $"It cannot be read: {exception.Message.TrimEnd('.')}.", exception);
        }
    }

    private static List<SlideSource> ReadRows(CsvDataReader csv, string listPath, Action<string>? admit)
    {
        string[] header = [.. Enumerable.Range(0, csv.FieldCount).Select(csv.GetName)];
        SlideListColumns columns = SlideListColumns.Find(header);
        if (columns.Path < 0)
        {
            throw Invalid(
                listPath,
                $"Its first line has the columns {Quoted(header)}; expected one of {Quoted(SlideListColumns.PathNames)} for the path of the slide.");
        }

        string folder = Path.GetDirectoryName(Path.GetFullPath(listPath))!;
        var slides = new List<SlideSource>();
        while (csv.Read())
        {
            if (ReadRow(csv, columns, folder, listPath, admit) is { } slide)
            {
                slides.Add(slide);
            }
        }

        return slides.Count > 0
            ? slides
            : throw new CellVitException(
                ErrorCode.NoSlidesFound,
                $"The slide list '{listPath}' names no slide.",
                "It has a header but no further line.",
                "Add one line per slide.");
    }

    /// <summary>One slide, or null for an empty line.</summary>
    private static SlideSource? ReadRow(CsvDataReader csv, SlideListColumns columns, string folder, string listPath, Action<string>? admit)
    {
        string path = Cell(csv, columns.Path);
        if (path.Length > 0)
        {
            string fullPath = Path.GetFullPath(path, folder);
            admit?.Invoke(fullPath);
            fullPath = Directory.Exists(fullPath) ? SlideFiles.LargestDicom(fullPath) ?? fullPath : fullPath;
            double? mpp = Number(csv, columns.Mpp, listPath);
            return new SlideSource(fullPath, mpp is null ? null : new Mpp(mpp.Value), Number(csv, columns.Magnification, listPath));
        }

        return Enumerable.Range(0, csv.RowFieldCount).All(column => Cell(csv, column).Length == 0)
            ? null
            : throw Invalid(listPath, string.Create(CultureInfo.InvariantCulture, $"Line {LineOf(csv)} has no path in column '{csv.GetName(columns.Path)}'."));
    }

    private static double? Number(CsvDataReader csv, int column, string listPath)
    {
        string text = Cell(csv, column);
        if (text.Length == 0)
        {
            return null;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value > 0 && double.IsFinite(value)
            ? value
            : throw Invalid(
                listPath,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Line {LineOf(csv)}, column '{csv.GetName(column)}' contains '{text}'; expected a positive number with a decimal point, or nothing."));
    }

    private static string Cell(CsvDataReader csv, int column) =>
        column >= 0 && column < csv.RowFieldCount ? csv.GetString(column).Trim() : string.Empty;

    private static int LineOf(CsvDataReader csv) => csv.RowNumber + 1;

    private static string Quoted(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"'{name}'"));

    private static CellVitException Invalid(string listPath, string why, Exception? cause = null) => new(
        ErrorCode.SlideListInvalid,
        $"Cannot read the slide list '{listPath}'.",
        why,
        "Correct the list: a header line, then one slide per line, for example 'path,mpp' and 'case1/A17.svs,0.25'.",
        cause);
}
