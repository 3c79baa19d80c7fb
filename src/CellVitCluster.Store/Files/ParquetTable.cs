using ParquetSharp;

namespace CellVitCluster.Store.Files;

/// <summary>
/// A Parquet file read by column name, straight from the physical columns: no Arrow tables in between. Unknown columns are ignored. Not
/// thread-safe.
/// </summary>
internal sealed class ParquetTable : IDisposable
{
    private readonly string _path;
    private readonly ParquetFileReader _file;
    private readonly Dictionary<string, int> _columns = new(StringComparer.Ordinal);

    /// <summary>Opens the file and reads its footer.</summary>
    /// <exception cref="Domain.Errors.StoreException">The file is damaged, or no Parquet file.</exception>
    public ParquetTable(string path)
    {
        _path = path;
        try
        {
            _file = new ParquetFileReader(path);
            SchemaDescriptor schema = _file.FileMetaData.Schema;
            for (int i = 0; i < schema.NumColumns; i++)
            {
                _columns[schema.Column(i).Path.ToDotString()] = i;
            }
        }
        catch (Exception e) when (StorageErrors.IsStorageFailure(e))
        {
            _file?.Dispose();
            throw StorageErrors.Corrupt(path, $"It is no readable Parquet file: {e.Message}", e);
        }
    }

    /// <summary>Number of rows.</summary>
    public long RowCount => _file.FileMetaData.NumRows;

    /// <summary>Number of row groups.</summary>
    public int RowGroupCount => _file.FileMetaData.NumRowGroups;

    /// <summary>Whether the file has a column.</summary>
    public bool Contains(string column) => _columns.ContainsKey(column);

    /// <summary>A row group; the caller disposes it.</summary>
    public RowGroupReader RowGroup(int index) => _file.RowGroup(index);

    /// <summary>Smallest and largest value of a column, from its statistics.</summary>
    /// <exception cref="FormatException">The column or its statistics are missing.</exception>
    public (T Min, T Max) Range<T>(RowGroupReader group, string column)
        where T : unmanaged
    {
        using ColumnChunkMetaData chunk = group.MetaData.GetColumnChunkMetaData(ColumnIndex(column));
        using Statistics? statistics = chunk.Statistics;
        return statistics is Statistics<T> { HasMinMax: true } range
            ? (range.Min, range.Max)
            : throw new FormatException($"Column '{column}' has no statistics.");
    }

    /// <summary>All values of a column in a row group.</summary>
    /// <exception cref="FormatException">The column is missing, of another type, or too short.</exception>
    public T[] Values<T>(RowGroupReader group, string column, int count)
        where T : unmanaged
    {
        using ColumnReader<T> reader = Open<T>(group, column);
        var values = new T[count];
        int done = 0;
        while (done < count)
        {
            reader.ReadBatch(count - done, values.AsSpan(done), out long read);
            done += read > 0 ? (int)read : throw new FormatException($"Column '{column}' ends after {done} of {count} values.");
        }

        return values;
    }

    /// <summary>Reader of a column; the caller disposes it.</summary>
    /// <exception cref="FormatException">The column is missing or of another type.</exception>
    public ColumnReader<T> Open<T>(RowGroupReader group, string column)
        where T : unmanaged
    {
        ColumnReader reader = group.Column(ColumnIndex(column));
        if (reader is ColumnReader<T> typed)
        {
            return typed;
        }

        Type found = reader.ElementType;
        reader.Dispose();
        throw new FormatException($"Column '{column}' holds {found.Name}, expected {typeof(T).Name}.");
    }

    /// <summary>Runs a read and turns what goes wrong into an error that names the file.</summary>
    /// <exception cref="Domain.Errors.StoreException">The file is damaged.</exception>
    public T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (StorageErrors.IsStorageFailure(e) || e is FormatException or OverflowException)
        {
            throw StorageErrors.Corrupt(_path, e.Message, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private int ColumnIndex(string column) =>
        _columns.TryGetValue(column, out int index) ? index : throw new FormatException($"It has no column '{column}'.");
}
