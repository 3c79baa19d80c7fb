using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Json;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Taxonomies;
using CellVitCluster.Store.Cells;
using CellVitCluster.Store.Files;
using CellVitCluster.Store.Manifests;

namespace CellVitCluster.Store.Export;

/// <summary>
/// Cells as QuPath detections: a GeoJSON FeatureCollection in level-0 px relative to the slide's active area, which is the frame QuPath
/// shows (spec/conventions.md, QuPath GeoJSON). Streams with the memory of one row group. The bytes are a function of the store and the
/// options. Thread-safe.
/// </summary>
public static class GeoJsonExporter
{
    private const int Decimals = 2;
    private const int FlushBytes = 1 << 16;

    // Readable µ instead of an escape; the file is data, never part of a page.
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a file, atomically; compressed when its name ends in <c>.gz</c>.</summary>
    /// <param name="store">The cells.</param>
    /// <param name="path">Destination; an existing file is replaced.</param>
    /// <param name="options">What goes in; null: all outlines.</param>
    /// <param name="cancellation">Stops between cells; the destination stays as it was.</param>
    /// <returns>Number of cells written.</returns>
    /// <exception cref="StoreException">The store is damaged, the disk is full, or the place cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The export was stopped.</exception>
    public static long Export(CellStore store, string path, GeoJsonOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(path);
        long count = 0;
        AtomicFile.Write(path, stream =>
        {
            if (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            {
                using var compressed = new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true);
                count = Write(store, compressed, options ?? new GeoJsonOptions(), cancellation);
            }
            else
            {
                count = Write(store, stream, options ?? new GeoJsonOptions(), cancellation);
            }
        });
        return count;
    }

    private static long Write(CellStore store, Stream stream, GeoJsonOptions options, CancellationToken cancellation)
    {
        var features = new FeatureWriter(store, options.Selection.TaxonomyOf(store), options.Points);
        using var json = new Utf8JsonWriter(stream, WriterOptions);
        json.WriteStartObject();
        json.WriteString("type", "FeatureCollection");
        json.WriteStartArray("features");
        long count = 0;
        foreach (StoredCell cell in options.Selection.From(store))
        {
            cancellation.ThrowIfCancellationRequested();
            features.Write(json, cell);
            count++;
            if (json.BytesPending > FlushBytes)
            {
                json.Flush();
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
        return count;
    }

    private sealed class FeatureWriter
    {
        private readonly string _run;
        private readonly bool _points;
        private readonly SlidePoint _origin;
        private readonly CellClass[] _classes;
        private readonly JsonEncodedText[] _probabilityNames;

        public FeatureWriter(CellStore store, Taxonomy taxonomy, bool points)
        {
            ManifestRect area = store.Manifest.Slide.ActiveArea;
            _run = store.Manifest.Run;
            _points = points;
            _origin = new SlidePoint(area.X, area.Y);
            _classes = [.. Enumerable.Range(0, byte.MaxValue + 1).Select(id => taxonomy[(byte)id])];
            _probabilityNames = [.. _classes.Select(c => JsonEncodedText.Encode($"Probability: {c.Name}", WriterOptions.Encoder))];
        }

        public void Write(Utf8JsonWriter json, StoredCell cell)
        {
            json.WriteStartObject();
            json.WriteString("type", "Feature");
            json.WriteString("id", CellUuid.Of(_run, cell.Id));
            WriteGeometry(json, cell);
            WriteProperties(json, cell);
            json.WriteEndObject();
        }

        private static void WriteNumber(Utf8JsonWriter json, string name, double value) => json.WriteNumber(name, Math.Round(value, Decimals));

        private void WriteGeometry(Utf8JsonWriter json, StoredCell cell)
        {
            json.WriteStartObject("geometry");
            json.WriteString("type", _points ? "Point" : "Polygon");
            if (_points)
            {
                json.WritePropertyName("coordinates");
                WritePosition(json, cell.Centroid);
            }
            else
            {
                json.WriteStartArray("coordinates");
                json.WriteStartArray();
                for (int i = 0; i <= cell.Outline.Count; i++)
                {
                    WritePosition(json, cell.Outline[i % cell.Outline.Count]);
                }

                json.WriteEndArray();
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        private void WritePosition(Utf8JsonWriter json, SlidePoint point)
        {
            json.WriteStartArray();
            json.WriteNumberValue(Math.Round(point.X - _origin.X, Decimals));
            json.WriteNumberValue(Math.Round(point.Y - _origin.Y, Decimals));
            json.WriteEndArray();
        }

        private void WriteProperties(Utf8JsonWriter json, StoredCell cell)
        {
            CellClass cellClass = _classes[cell.Class];
            json.WriteStartObject("properties");

            // Without it QuPath takes every nucleus for an annotation and crawls.
            json.WriteString("objectType", "detection");
            json.WriteStartObject("classification");
            json.WriteString("name", cellClass.Name);
            json.WriteStartArray("color");
            json.WriteNumberValue(cellClass.Red);
            json.WriteNumberValue(cellClass.Green);
            json.WriteNumberValue(cellClass.Blue);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteStartObject("measurements");
            WriteNumber(json, "Nucleus: Area µm^2", cell.AreaSquareMicrons);
            WriteNumber(json, "Nucleus: Perimeter µm", cell.PerimeterMicrons);
            WriteNumber(json, "Nucleus: Circularity", cell.Circularity);
            WriteNumber(json, "Nucleus: Max diameter µm", cell.MaxDiameterMicrons);
            if (!float.IsNaN(cell.OrientationDegrees))
            {
                WriteNumber(json, "Nucleus: Orientation °", cell.OrientationDegrees);
            }

            WriteNumber(json, "Detection probability", cell.NucleusProbability);
            WriteProbabilities(json, cell);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        /// <summary>All probabilities of a layer; without a layer that of the cell's class, which keeps the file small.</summary>
        private void WriteProbabilities(Utf8JsonWriter json, StoredCell cell)
        {
            if (cell.ClassProbabilities.Count == 0)
            {
                json.WriteNumber(_probabilityNames[cell.Class], Math.Round(cell.ClassProbability, Decimals));
                return;
            }

            for (int id = 0; id < cell.ClassProbabilities.Count; id++)
            {
                json.WriteNumber(_probabilityNames[id], Math.Round(cell.ClassProbabilities[id], Decimals));
            }
        }
    }
}
